"""The funeral service writes the month's cremations: one UTF-8 csv per month, `bz_cremation_<YYYYMM of period>.csv`.

One fact per cremation entered in `sheet.period`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `death_date`
* `cremation_date`
* `certificate_number`: plain; 火化证号
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import date_stains, id_stains, name_stains
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, Form, Sheet, Written, day, deliver, theirs

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "death_date": pl.Date(),
    "cremation_date": pl.Date(),
    "certificate_number": pl.String(),
}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the cremations entered in the sheet's period."""
    return deliver(facts, sheet, folder / f"bz_cremation_{sheet.month:%Y%m}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    years = pl.col("death_date").dt.year() - pl.col("birth_date").dt.year()
    return facts.select(
        pl.col("certificate_number").alias("火化证编号"),
        pl.col("name").alias("逝者姓名"),
        theirs("sex_code", {"1": "男", "2": "女"}).alias("性别"),
        pl.col("id_number").alias("身份证号码"),
        years.cast(pl.String).alias("年龄"),
        day("death_date", "%Y-%m-%d").alias("死亡日期"),
        day("cremation_date", "%Y-%m-%d").alias("火化日期"),
        pl.lit("正常死亡").alias("死亡原因"),
        pl.lit("家属").alias("办理人"),
        pl.col("address").alias("户籍地址"),
    )


FORM = Form(
    words=_words,
    writer=csv("utf-8"),
    order=("cremation_date", "certificate_number", "fact_id"),
    stains=(
        *id_stains("身份证号码", lower_x=0.05, scale=2),
        *name_stains("逝者姓名", scale=2),
        *date_stains("死亡日期", scale=2),
        *date_stains("火化日期"),
    ),
)
