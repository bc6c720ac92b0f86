"""Civil affairs writes what was paid: one GB18030 csv per payment month, `mz_payroll_<YYYYMM of period>.csv`, with a
control file.

One fact per household payment sent in `sheet.period`; id_number, name … are the recipient's (the head's).

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `case_number`: plain
* `payment_month`: first of month
* `amount_yuan`
* `paid_date`: nullable when returned before it was booked
* `state_code`: paid returned collected
* `account_number`: plain
* `holder_name`: plain, who holds the account
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "case_number": pl.String(),
    "payment_month": pl.Date(),
    "amount_yuan": MONEY,
    "paid_date": pl.Date(),
    "state_code": pl.String(),
    "account_number": pl.String(),
    "holder_name": pl.String(),
}
