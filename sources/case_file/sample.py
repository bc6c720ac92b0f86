"""Civil affairs writes the dates of each case's papers: one UTF-8 csv per month, `mz_case_file_<as_of>.csv`.

One fact per case as of `sheet.as_of`; id_number, name … are the head's.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `case_number`: plain
* `approved_date`
* `last_review_date`: nullable
* `authorisation_date`: nullable
* `check_report_date`: nullable
* `home_visit_date`: nullable
* `posting_date`: nullable
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import date_stains, id_stains, name_stains
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, Form, Sheet, Written, day, deliver

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "case_number": pl.String(),
    "approved_date": pl.Date(),
    "last_review_date": pl.Date(),
    "authorisation_date": pl.Date(),
    "check_report_date": pl.Date(),
    "home_visit_date": pl.Date(),
    "posting_date": pl.Date(),
}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the dates of every case's papers."""
    return deliver(facts, sheet, folder / f"mz_case_file_{sheet.as_of:%Y%m%d}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        pl.col("case_number").alias("低保证号"),
        pl.col("name").alias("户主姓名"),
        pl.col("id_number").alias("户主身份证号"),
        day("approved_date", "%Y-%m-%d").alias("审批日期"),
        day("last_review_date", "%Y-%m-%d").alias("最近复核日期"),
        day("authorisation_date", "%Y-%m-%d").alias("授权书日期"),
        day("check_report_date", "%Y-%m-%d").alias("核对报告日期"),
        day("home_visit_date", "%Y-%m-%d").alias("入户调查日期"),
        day("posting_date", "%Y-%m-%d").alias("公示日期"),
        pl.lit("乡镇(街道)民政办").alias("经办单位"),
    )


FORM = Form(
    words=_words,
    writer=csv("utf-8"),
    order=("case_number", "fact_id"),
    stains=(
        *id_stains("户主身份证号"),
        *name_stains("户主姓名"),
        *date_stains("审批日期", impossible="impossible_approval_date"),
        *date_stains("最近复核日期", impossible="impossible_review_date"),
        *date_stains("入户调查日期", impossible="impossible_visit_date"),
    ),
)
