"""Social insurance writes the unemployment benefits paid in a month: one UTF-8 csv per month,
`rs_unemployment_benefit_<YYYYMM of period>.csv`.

One fact per person paid in `sheet.period`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `paid_month`: first of month
* `amount_monthly_yuan`
* `start_month`
* `end_month`: last month of entitlement
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import Strays, amount_stains, id_stains, month_stains, name_stains
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, deliver, month, number, yuan

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "paid_month": pl.Date(),
    "amount_monthly_yuan": MONEY,
    "start_month": pl.Date(),
    "end_month": pl.Date(),
}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the unemployment benefits paid in the sheet's period."""
    return deliver(facts, sheet, folder / f"rs_unemployment_benefit_{sheet.month:%Y%m}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        number("fact_id", digits=8, salt=47).alias("发放编号"),
        pl.col("name").alias("姓名"),
        pl.col("id_number").alias("社会保障号码"),
        month("paid_month").alias("发放年月"),
        yuan("amount_monthly_yuan").alias("失业保险金"),
        month("start_month").alias("享受起始年月"),
        month("end_month").alias("享受终止年月"),
        pl.lit("1").alias("失业登记状态"),
    )


FORM = Form(
    words=_words,
    writer=csv("utf-8"),
    order=("id_number", "paid_month", "fact_id"),
    stains=(
        *id_stains("社会保障号码"),
        *name_stains("姓名"),
        *month_stains("发放年月"),
        *amount_stains("失业保险金"),
    ),
    strays=Strays(duplicates=0.001, totals={"发放编号": "合计"}),
)
