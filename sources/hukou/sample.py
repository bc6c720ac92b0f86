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

from pathlib import Path

import polars as pl

from sources.dirt import Stain, date_stains, id_stains, name_stains
from sources.dirty_values import impossible_date
from sources.file_writers import zipped_csv
from sources.hukou_change.sample import REASON
from sources.writing import COMMON_FACTS, Form, Sheet, Written, day, deliver, nation, theirs

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "status_code": pl.String(),
    "change_reason_code": pl.String(),
    "change_date": pl.Date(),
    "hukou_household_number": pl.String(),
    "region_code": pl.String(),
}
ORDER = ("region_code", "hukou_household_number", "birth_date", "fact_id")
STATUS = {"valid": "0", "cancelled": "1", "locked": "2", "permit": "6", "moved_out": "8", "dead": "9"}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the quarter's register."""
    return deliver(_with_heads(facts), sheet, folder / f"ga_hukou_{sheet.as_of:%Y%m%d}.zip", FORM)


def _with_heads(facts: pl.DataFrame) -> pl.DataFrame:
    """The first person of a household in the file's order is its head."""
    heads = (
        facts.select(*ORDER, head_name="name")
        .sort(ORDER)
        .unique("hukou_household_number", keep="first", maintain_order=True)
        .select("hukou_household_number", "head_name", head_fact_id="fact_id")
    )
    known = facts.join(heads, on="hukou_household_number", how="left", maintain_order="left")
    return known.with_columns(is_head=pl.col("fact_id") == pl.col("head_fact_id")).drop("head_fact_id")


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        pl.col("id_number").alias("sfzh"),
        pl.col("name").alias("xm"),
        pl.col("former_name").alias("cym"),
        pl.col("sex_code").alias("xb"),
        day("birth_date").alias("csrq"),
        nation().alias("mz"),
        pl.col("hukou_household_number").alias("hh"),
        pl.when("is_head").then(pl.lit("02")).otherwise(pl.lit("99")).alias("yhzgx"),
        pl.col("head_name").alias("hzxm"),
        pl.col("region_code").alias("ssxq"),
        pl.col("address").alias("zz"),
        theirs("status_code", STATUS).alias("ryzt"),
        theirs("change_reason_code", REASON).alias("bdyy"),
        day("change_date", empty="00000000").alias("bdrq"),
        pl.lit(None, pl.String).alias("byqk"),
        pl.lit(None, pl.String).alias("zjxy"),
    )


FORM = Form(
    words=_words,
    writer=zipped_csv("gb18030"),
    order=ORDER,
    stains=(
        *id_stains("sfzh", scale=0.3),
        *name_stains("xm", scale=0.3, former=0.02),
        *date_stains("csrq", scale=0.3, impossible="impossible_birth_date"),
        Stain("impossible_birth_date", 0.0003, "csrq", impossible_date),
    ),
    control_sum="",
)
