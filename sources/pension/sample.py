"""Social insurance writes the pensions paid in a month: one byte-counted fixed-width GB18030 file per month,
`rs_pension_<YYYYMM of period>.txt`, with a control file.

One fact per person, item and month of belonging settled in `sheet.period`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `pension_kind_code`: employee institution resident survivor
* `settlement_month`: first of month
* `belonging_month`: first of month
* `item_code`: standard back_pay one_off deduction
* `amount_yuan`: deductions negative
* `standard_monthly_yuan`: the standard in force
* `state_code`: in_pay suspended ended
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import Stain, Strays, name_stains
from sources.dirty_values import absent, fifteen_digits, impossible_month, lower_x, mistyped, unchanged
from sources.file_writers import fixed_width
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, deliver, month, number, theirs, yuan

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "pension_kind_code": pl.String(),
    "settlement_month": pl.Date(),
    "belonging_month": pl.Date(),
    "item_code": pl.String(),
    "amount_yuan": MONEY,
    "standard_monthly_yuan": MONEY,
    "state_code": pl.String(),
}
WIDTHS = {
    "AAC001": 10,
    "AAC002": 18,
    "AAC003": 15,
    "AAC004": 1,
    "DYLB": 2,
    "AAE145": 2,
    "AAE208": 6,
    "AAE002": 6,
    "AAE019": 12,
    "PENSIONMONEY": 12,
    "AAE116": 1,
    "YHDM": 3,
}
"""Bytes per field. Fifteen bytes hold seven Han characters and one half."""
KIND = {"employee": "01", "institution": "02", "resident": "03", "survivor": "04"}
ITEM = {"standard": "10", "back_pay": "21", "one_off": "31", "deduction": "41"}
STATE = {"in_pay": "1", "suspended": "2", "ended": "3"}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the pensions paid in the sheet's period."""
    numbered = facts.with_columns(number("world_person_id", digits=10, salt=45).alias("AAC001"))
    return deliver(numbered, sheet, folder / f"rs_pension_{sheet.month:%Y%m}.txt", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        "AAC001",
        pl.col("id_number").alias("AAC002"),
        pl.col("name").alias("AAC003"),
        pl.col("sex_code").alias("AAC004"),
        theirs("pension_kind_code", KIND).alias("DYLB"),
        theirs("item_code", ITEM).alias("AAE145"),
        month("settlement_month").alias("AAE208"),
        month("belonging_month").alias("AAE002"),
        yuan("amount_yuan").str.pad_start(12).alias("AAE019"),
        yuan("standard_monthly_yuan").str.pad_start(12).alias("PENSIONMONEY"),
        theirs("state_code", STATE).alias("AAE116"),
        pl.lit("102").alias("YHDM"),
    )


FORM = Form(
    words=_words,
    writer=fixed_width(WIDTHS),
    order=("AAC001", "pension_kind_code", "belonging_month", "item_code", "fact_id"),
    stains=(
        Stain("cut_name", 1.0, "AAC003", unchanged, pl.col("AAC003").str.len_chars() > 7),
        Stain("lower_x", 0.02, "AAC002", lower_x, pl.col("AAC002").str.ends_with("X")),
        Stain("id15", 0.004, "AAC002", fifteen_digits),
        Stain("id_absent", 0.001, "AAC002", absent),
        Stain("id_mistyped", 0.001, "AAC002", mistyped),
        *name_stains("AAC003", scale=0.5),
        Stain("impossible_month", 0.0005, "AAE002", impossible_month),
    ),
    strays=Strays(duplicates=0.0005),
    control_sum="AAE019",
)
