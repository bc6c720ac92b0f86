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

from pathlib import Path

import polars as pl

from sources.dirt import Strays, amount_stains, id_stains, month_stains, name_stains
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, deliver, month, number, yuan

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "adjusted_month": pl.Date(),
    "before_monthly_yuan": MONEY,
    "rise_monthly_yuan": MONEY,
    "after_monthly_yuan": MONEY,
    "back_paid_months": pl.Int32(),
    "back_paid_yuan": MONEY,
}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the adjustments booked in the sheet's period."""
    numbered = facts.with_columns(number("world_person_id", digits=10, salt=45).alias("AAC001"))
    return deliver(numbered, sheet, folder / f"rs_pension_adjustment_{sheet.month:%Y%m}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        "AAC001",
        pl.col("id_number").alias("AAC002"),
        pl.col("name").alias("AAC003"),
        month("adjusted_month").alias("AAE041"),
        yuan("before_monthly_yuan").alias("BIC233"),
        yuan("rise_monthly_yuan").alias("BIC239"),
        yuan("after_monthly_yuan").alias("BIC234"),
        pl.col("back_paid_months").cast(pl.String).alias("AAC125"),
        yuan("back_paid_yuan").alias("BIC235"),
        pl.lit("年度调整").alias("AAE013"),
    )


FORM = Form(
    words=_words,
    writer=csv("gb18030"),
    order=("AAC001", "adjusted_month", "fact_id"),
    stains=(
        *id_stains("AAC002", lower_x=0.2, scale=0.6),
        *name_stains("AAC003", scale=0.6),
        *month_stains("AAE041"),
        *amount_stains("BIC234"),
    ),
    strays=Strays(duplicates=0.001),
)
