"""The funeral service writes the month's cremations: one UTF-8 csv per month, `bz_cremation_<YYYYMM of period>.csv`.

One fact per cremation entered in `sheet.period`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `death_date`
* `cremation_date`
* `certificate_number`: plain; 火化证号
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "death_date": pl.Date(),
    "cremation_date": pl.Date(),
    "certificate_number": pl.String(),
}
