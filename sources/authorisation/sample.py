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

from pathlib import Path

import polars as pl

from sources.dirt import date_stains, id_stains, name_stains
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, Form, Sheet, Written, day, deliver, number, theirs

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "scope_code": pl.String(),
    "signed_date": pl.Date(),
    "valid_from_date": pl.Date(),
    "valid_to_date": pl.Date(),
    "signer_code": pl.String(),
}
SIGNER = {"self": "本人", "guardian": "监护人", "mandate": "委托代理人"}

SCOPE = {
    "all": "全部",
    "hukou": "户籍",
    "hukou_change": "户籍变动",
    "cremation": "殡葬",
    "contribution": "社会保险缴费",
    "institution_contribution": "机关事业单位养老保险",
    "pension": "养老待遇",
    "pension_adjustment": "养老待遇调整",
    "unemployment_benefit": "失业保险待遇",
    "tax_withholding": "个人所得税",
    "self_employed": "个体工商户",
    "vehicle": "机动车",
    "housing_fund": "住房公积金",
}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the signed authorisations."""
    return deliver(facts, sheet, folder / f"mz_authorisation_{sheet.as_of:%Y%m%d}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        ("SQ" + number("fact_id", digits=10, salt=44)).alias("授权书编号"),
        pl.col("name").alias("授权人姓名"),
        pl.col("id_number").alias("授权人身份证号"),
        theirs("signer_code", SIGNER).alias("签署人"),
        theirs("scope_code", SCOPE).alias("授权范围"),
        day("signed_date", "%Y-%m-%d").alias("签署日期"),
        day("valid_from_date", "%Y-%m-%d").alias("有效期起"),
        day("valid_to_date", "%Y-%m-%d").alias("有效期止"),
        pl.lit("纸质扫描件").alias("授权方式"),
    )


FORM = Form(
    words=_words,
    writer=csv("utf-8"),
    order=("signed_date", "id_number", "scope_code", "fact_id"),
    stains=(
        *id_stains("授权人身份证号", lower_x=0.05, scale=0.7),
        *name_stains("授权人姓名"),
        *date_stains("签署日期"),
    ),
)
