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

from pathlib import Path

import polars as pl

from sources.dirt import Stain, Strays, date_stains, id_stains, name_stains
from sources.dirty_values import impossible_date
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, Form, Sheet, Written, day, deliver, nation, number, theirs

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "event_code": pl.String(),
    "event_date": pl.Date(),
    "registered_date": pl.Date(),
    "to_region_code": pl.String(),
    "former_id_number": pl.String(),
}
REASON = {
    "birth": "01",
    "death": "02",
    "move_in": "03",
    "move_out": "04",
    "enlisted": "05",
    "arrested": "06",
    "emigrated": "07",
    "hk_macau": "08",
    "split": "09",
    "renamed": "10",
    "id_corrected": "11",
    "other": "99",
}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the changes registered in the sheet's period."""
    return deliver(facts, sheet, folder / f"ga_hukou_change_{sheet.month:%Y%m}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        number("fact_id", digits=14, salt=42).alias("bdxh"),
        pl.col("id_number").alias("sfzh"),
        pl.col("name").alias("xm"),
        pl.col("former_name").alias("cym"),
        pl.col("sex_code").alias("xb"),
        day("birth_date").alias("csrq"),
        nation().alias("mz"),
        theirs("event_code", REASON).alias("bdyy"),
        day("event_date").alias("bdrq"),
        day("registered_date").alias("djrq"),
        pl.col("to_region_code").alias("qwd"),
        pl.col("former_id_number").alias("ysfzh"),
        pl.col("address").alias("zz"),
        pl.lit(None, pl.String).alias("byqk"),
    )


FORM = Form(
    words=_words,
    writer=csv("gb18030"),
    order=("registered_date", "id_number", "event_code", "fact_id"),
    stains=(
        *id_stains("sfzh", scale=0.5),
        *name_stains("xm", scale=0.5, former=0.0),
        *date_stains("bdrq"),
        Stain("impossible_registered_date", 0.002, "djrq", impossible_date),
    ),
    strays=Strays(
        duplicates=0.001, repeated_headers=1, test_rows=1, test_row={"sfzh": "111111111111111111", "xm": "张三"}
    ),
)
