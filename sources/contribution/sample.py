"""Social insurance writes the contributions settled in a month: one GB18030 csv per settlement month,
`rs_contribution_<YYYYMM of period>.csv`, with a control file.

One fact per person, insurance and month of belonging settled in `sheet.period`. A reversal is a fact with negative
amounts.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `insurance_code`: employee_pension institution_pension resident_pension unemployment employee_medical
* `payer_code`: employer flexible subsidised
* `settlement_month`: first of month
* `belonging_month`: first of month
* `pay_kind_code`: normal back_pay advance
* `state_code`: paying paused ended
* `paid`
* `wage_monthly_yuan`: nullable (AAC040)
* `base_monthly_yuan`: AAE180
* `employer_name`: plain, null for flexible and subsidised
* `employer_uscc`: plain, null likewise
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import Strays, amount_stains, date_stains, id_stains, month_stains, name_stains
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, day, deliver, month, number, theirs, yuan

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "insurance_code": pl.String(),
    "payer_code": pl.String(),
    "settlement_month": pl.Date(),
    "belonging_month": pl.Date(),
    "pay_kind_code": pl.String(),
    "state_code": pl.String(),
    "paid": pl.Boolean(),
    "wage_monthly_yuan": MONEY,
    "base_monthly_yuan": MONEY,
    "employer_name": pl.String(),
    "employer_uscc": pl.String(),
}
INSURANCE = {
    "employee_pension": "110",
    "institution_pension": "120",
    "resident_pension": "170",
    "unemployment": "210",
    "employee_medical": "310",
}
PAYER = {"employer": "101", "flexible": "102", "subsidised": "103"}
PAY_KIND = {"normal": "10", "back_pay": "20", "advance": "30"}
STATE = {"paying": "1", "paused": "2", "ended": "3"}
WINDOW = "个体灵活就业人员缴费窗口"


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the contributions settled in the sheet's period."""
    numbered = facts.with_columns(number("world_person_id", digits=10, salt=45).alias("AAC001"))
    return deliver(numbered, sheet, folder / f"rs_contribution_{sheet.month:%Y%m}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    arrival = pl.col("settlement_month").dt.offset_by("14d")
    return facts.select(
        "AAC001",
        pl.col("id_number").alias("AAC002"),
        pl.col("name").alias("AAC003"),
        pl.col("sex_code").alias("AAC004"),
        day("birth_date").alias("AAC006"),
        theirs("insurance_code", INSURANCE).alias("AAE140"),
        theirs("payer_code", PAYER).alias("AAC066"),
        theirs("state_code", STATE).alias("AAC031"),
        pl.lit("0").alias("AAC084"),
        pl.coalesce("employer_uscc", number("payer_code", digits=12, salt=46)).alias("AAB001"),
        pl.col("employer_name").fill_null(WINDOW).alias("AAB004"),
        yuan("wage_monthly_yuan").alias("AAC040"),
        yuan("base_monthly_yuan").alias("AAE180"),
        month("settlement_month").alias("AAE002"),
        month("belonging_month").alias("AAE003"),
        theirs("pay_kind_code", PAY_KIND).alias("AAA115"),
        pl.col("paid").cast(pl.Int8).cast(pl.String).alias("AAE132"),
        pl.when("paid").then(arrival.dt.strftime("%Y%m%d")).alias("AAB191"),
    )


FORM = Form(
    words=_words,
    writer=csv("gb18030"),
    order=("AAC001", "insurance_code", "belonging_month", "fact_id"),
    stains=(
        *id_stains("AAC002", lower_x=0.2, scale=0.6),
        *name_stains("AAC003", scale=0.6),
        *date_stains("AAC006", scale=0.5),
        *month_stains("AAE003", scale=0.3),
        *amount_stains("AAC040", scale=0.3),
    ),
    strays=Strays(duplicates=0.0005, test_rows=2, test_row={"AAC002": "111111111111111111", "AAC003": "张三"}),
    control_sum="AAE180",
)
