"""Public security writes the month's changes in the hukou register: one GB18030 csv per month,
`ga_hukou_change_<YYYYMM of period>.csv`.

One fact per event registered in `sheet.period`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `event_code`: death move_in move_out enlisted arrested emigrated hk_macau split renamed id_corrected birth other
* `event_date`
* `registered_date`
* `to_region_code`: nullable, 12 digits
* `former_id_number`: plain, the number before; only for id_corrected, else null (a new name stands in `name`, the old
  in `former_name`)
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "event_code": pl.String(),
    "event_date": pl.Date(),
    "registered_date": pl.Date(),
    "to_region_code": pl.String(),
    "former_id_number": pl.String(),
}
