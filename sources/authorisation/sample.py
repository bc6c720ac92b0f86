"""Civil affairs writes who has signed for being checked: one UTF-8 csv per month, `mz_authorisation_<as_of>.csv`.

One fact per person and signed form as of `sheet.as_of`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `scope_code`: `all` or a source name (room)
* `signed_date`
* `valid_from_date`
* `valid_to_date`
* `signer_code`: self guardian mandate
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "scope_code": pl.String(),
    "signed_date": pl.Date(),
    "valid_from_date": pl.Date(),
    "valid_to_date": pl.Date(),
    "signer_code": pl.String(),
}
