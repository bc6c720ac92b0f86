"""The fund centre writes its accounts: one zipped GB18030 csv per month, `gjj_account_<as_of>.zip`.

One fact per account as of `sheet.as_of`; the account number is invented here from person, employer and opening month.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `account_state_code`: normal sealed closed
* `opened_month`: first of month
* `paid_through_month`: first of month
* `base_monthly_yuan`
* `person_rate`: 0.0500 … 0.1200
* `unit_rate`
* `person_deposit_monthly_yuan`
* `total_deposit_monthly_yuan`
* `employer_name`: plain
* `employer_uscc`: plain
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "account_state_code": pl.String(),
    "opened_month": pl.Date(),
    "paid_through_month": pl.Date(),
    "base_monthly_yuan": MONEY,
    "person_rate": pl.Decimal(6, 4),
    "unit_rate": pl.Decimal(6, 4),
    "person_deposit_monthly_yuan": MONEY,
    "total_deposit_monthly_yuan": MONEY,
    "employer_name": pl.String(),
    "employer_uscc": pl.String(),
}
