"""Social insurance writes the pension adjustments of a month: one GB18030 csv per month,
`rs_pension_adjustment_<YYYYMM of period>.csv`.

One fact per person and adjustment booked in `sheet.period`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `adjusted_month`: first of month, from which it counts
* `before_monthly_yuan`
* `rise_monthly_yuan`
* `after_monthly_yuan`
* `back_paid_months`
* `back_paid_yuan`
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "adjusted_month": pl.Date(),
    "before_monthly_yuan": MONEY,
    "rise_monthly_yuan": MONEY,
    "after_monthly_yuan": MONEY,
    "back_paid_months": pl.Int32(),
    "back_paid_yuan": MONEY,
}
