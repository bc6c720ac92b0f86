"""Social insurance writes the unemployment benefits paid in a month: one UTF-8 csv per month,
`rs_unemployment_benefit_<YYYYMM of period>.csv`.

One fact per person paid in `sheet.period`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `paid_month`: first of month
* `amount_monthly_yuan`
* `start_month`
* `end_month`: last month of entitlement
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "paid_month": pl.Date(),
    "amount_monthly_yuan": MONEY,
    "start_month": pl.Date(),
    "end_month": pl.Date(),
}
