"""The tax bureau writes the self-employed and their declared business income: one xlsx per quarter,
`sw_self_employed_<as_of>.xlsx`.

One fact per operator, business and period as of `sheet.as_of`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `registered_date`
* `state_code`: open closed revoked dormant
* `period_code`: quarter year
* `from_month`: first of month
* `to_month`: first of month
* `assessed`: income set by the bureau (核定)
* `income_period_yuan`
* `business_uscc`: plain; the business's name is invented here
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "registered_date": pl.Date(),
    "state_code": pl.String(),
    "period_code": pl.String(),
    "from_month": pl.Date(),
    "to_month": pl.Date(),
    "assessed": pl.Boolean(),
    "income_period_yuan": MONEY,
    "business_uscc": pl.String(),
}
