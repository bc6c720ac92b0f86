"""Public security writes the hukou register: one zipped GB18030 csv per quarter, `ga_hukou_<as_of>.zip`, with a
control file.

One fact per registered person as of `sheet.as_of` (cancelled and dead ones included).

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `status_code`: valid cancelled locked permit moved_out dead
* `change_reason_code`: nullable; death move_in move_out enlisted arrested emigrated hk_macau split renamed
  id_corrected birth other
* `change_date`: nullable
* `hukou_household_number`: plain; 户号
* `region_code`: 12 digits
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "status_code": pl.String(),
    "change_reason_code": pl.String(),
    "change_date": pl.Date(),
    "hukou_household_number": pl.String(),
    "region_code": pl.String(),
}
