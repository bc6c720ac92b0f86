"""The tax bureau writes the income withheld upon: one UTF-8 csv per month, `sw_withholding_<YYYYMM of period>.csv`,
amounts in fen, with a control file.

One fact per person, payer, item and income month declared for `sheet.period` (zero tax included).

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `income_month`: first of month
* `item_code`: wage labour author royalty business interest lease transfer contingent
* `income_yuan`
* `tax_yuan`
* `payer_name`: plain
* `payer_uscc`: plain, 18 characters GB 32100
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "income_month": pl.Date(),
    "item_code": pl.String(),
    "income_yuan": MONEY,
    "tax_yuan": MONEY,
    "payer_name": pl.String(),
    "payer_uscc": pl.String(),
}
