"""Civil affairs writes the declared income and property items: one UTF-8 (BOM) csv per month,
`mz_declaration_<as_of>.csv`.

One fact per declared item of a person as of `sheet.as_of`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `case_number`: plain
* `item_code`: wage pension resident_pension business support unemployment_benefit vehicle other
* `amount_monthly_yuan`: nullable
* `amount_annual_yuan`: nullable
* `declared_date`
* `from_month`: first of month
* `to_month`: nullable
* `plate_number`: plain, vehicles only, else null
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "case_number": pl.String(),
    "item_code": pl.String(),
    "amount_monthly_yuan": MONEY,
    "amount_annual_yuan": MONEY,
    "declared_date": pl.Date(),
    "from_month": pl.Date(),
    "to_month": pl.Date(),
    "plate_number": pl.String(),
}
