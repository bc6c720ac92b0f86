"""Social insurance writes the pensions paid in a month: one byte-counted fixed-width GB18030 file per month,
`rs_pension_<YYYYMM of period>.txt`, with a control file.

One fact per person, item and month of belonging settled in `sheet.period`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `pension_kind_code`: employee institution resident survivor
* `settlement_month`: first of month
* `belonging_month`: first of month
* `item_code`: standard back_pay one_off deduction
* `amount_yuan`: deductions negative
* `standard_monthly_yuan`: the standard in force
* `state_code`: in_pay suspended ended
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "pension_kind_code": pl.String(),
    "settlement_month": pl.Date(),
    "belonging_month": pl.Date(),
    "item_code": pl.String(),
    "amount_yuan": MONEY,
    "standard_monthly_yuan": MONEY,
    "state_code": pl.String(),
}
