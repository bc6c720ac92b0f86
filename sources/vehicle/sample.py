"""The traffic police write the registered vehicles: one GB18030 csv per month, `jg_vehicle_<as_of>.csv`.

One fact per vehicle as of `sheet.as_of`; id_number, name … are the registered owner's.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `plate_class_code`: large small motorcycle moped farm_transporter tractor trailer trainer temporary new_energy_small
  new_energy_large
* `use_code`: private taxi passenger freight rental ex_commercial ex_taxi trainer_car ride_hailing ex_ride_hailing
  disabled_vehicle other
* `status_letters`: sorted, upper case, e.g. A, GQ
* `first_registered_date`
* `issued_date`
* `inspection_valid_to_date`: nullable
* `scrap_by_date`: nullable
* `plate_number`: plain
* `vehicle_vin`: plain, 17 characters
* `price_yuan`: nullable
* `scrap_trail`: a recycler's certificate or informal scrap note is on the record
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
from numpy.random import Generator

from sources.dirt import Stain, Strays, date_stains, id_stains, name_stains
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, day, deliver, number, theirs, yuan

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "plate_class_code": pl.String(),
    "use_code": pl.String(),
    "status_letters": pl.String(),
    "first_registered_date": pl.Date(),
    "issued_date": pl.Date(),
    "inspection_valid_to_date": pl.Date(),
    "scrap_by_date": pl.Date(),
    "plate_number": pl.String(),
    "vehicle_vin": pl.String(),
    "price_yuan": MONEY,
    "scrap_trail": pl.Boolean(),
}
PLATE_CLASS = {
    "large": "01",
    "small": "02",
    "motorcycle": "07",
    "moped": "08",
    "farm_transporter": "13",
    "tractor": "14",
    "trailer": "15",
    "trainer": "16",
    "temporary": "22",
    "new_energy_large": "51",
    "new_energy_small": "52",
}
USE = {
    "private": "A",
    "passenger": "B",
    "taxi": "D",
    "freight": "F",
    "rental": "G",
    "other": "K",
    "ex_commercial": "L",
    "ex_taxi": "M",
    "trainer_car": "N",
    "ride_hailing": "T",
    "ex_ride_hailing": "U",
    "disabled_vehicle": "Z",
}
_USE_TEXT = {
    "A": "⾮营运",
    "B": "公路客运",
    "D": "出租客运",
    "F": "货运",
    "G": "租赁",
    "K": "⼯程抢险",
    "L": "营转⾮",
    "M": "出租转⾮",
    "N": "教练",
    "T": "预约出租客运",
    "U": "预约出租转⾮",
    "Z": "残疾⼈专⽤",
}
"""The use in words, with the Kangxi-radical code points (U+2F00 …) found in one provider's table."""


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the month's register."""
    return deliver(facts, sheet, folder / f"jg_vehicle_{sheet.as_of:%Y%m%d}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    letter = theirs("use_code", USE)
    return facts.select(
        number("vehicle_vin", digits=13, salt=50).alias("xh"),
        pl.col("plate_number").alias("hphm"),
        theirs("plate_class_code", PLATE_CLASS).alias("hpzl"),
        pl.col("vehicle_vin").alias("clsbdh"),
        letter.alias("syxz"),
        letter.replace_strict(_USE_TEXT, return_dtype=pl.String).alias("syxzmc"),
        pl.col("status_letters").alias("zt"),
        pl.lit("A").alias("sfzmmc"),
        pl.col("id_number").alias("sfzmhm"),
        pl.col("name").alias("syr"),
        day("first_registered_date").alias("ccdjrq"),
        day("issued_date").alias("fzrq"),
        day("inspection_valid_to_date").alias("yxqz"),
        day("scrap_by_date", empty="99991231").alias("bfqz"),
        yuan("price_yuan").alias("jg"),
        _scrap_mark().alias("bfhsbj"),
        pl.col("address").alias("djzsxxdz"),
    )


def _scrap_mark() -> pl.Expr:
    """1 a recycler's certificate, 2 only the owner's word to the counter, 0 nothing."""
    word_only = pl.col("vehicle_vin").hash(seed=51) % 2 == 0
    trail = pl.when(word_only).then(pl.lit("2")).otherwise(pl.lit("1"))
    return pl.when("scrap_trail").then(trail).otherwise(pl.lit("0"))


def _reordered(text: str, rng: Generator) -> str | None:
    return text[::-1] if len(text) > 1 else None


FORM = Form(
    words=_words,
    writer=csv("gb18030"),
    order=("plate_number", "plate_class_code", "fact_id"),
    stains=(
        *id_stains("sfzmhm", lower_x=0.01, scale=0.8),
        *name_stains("syr"),
        *date_stains("ccdjrq"),
        *date_stains("fzrq"),
        Stain("letters_reordered", 0.2, "zt", _reordered, pl.col("zt").str.len_chars() > 1),
    ),
    strays=Strays(duplicates=0.0003, repeated_headers=1),
)
