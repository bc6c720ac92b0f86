"""The institution pension office writes its contributions: one xlsx per settlement month,
`jg_institution_contribution_<YYYYMM of period>.xlsx`.

One fact per person and month of belonging settled in `sheet.period`; insurance_code is institution_pension,
payer_code employer.

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

from sources.dirt import Stain, Strays, amount_stains, id_stains, name_stains
from sources.dirty_values import other_month
from sources.file_writers import workbook
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, deliver, month, theirs, yuan

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
PAY_KIND = {"normal": "正常缴费", "back_pay": "补缴", "advance": "预缴"}
STATE = {"paying": "参保缴费", "paused": "暂停缴费", "ended": "终止缴费"}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the contributions settled in the sheet's period."""
    return deliver(facts, sheet, folder / f"jg_institution_contribution_{sheet.month:%Y%m}.xlsx", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        pl.col("employer_uscc").alias("单位编码"),
        pl.col("employer_name").alias("单位名称"),
        pl.col("name").alias("姓名"),
        pl.col("id_number").alias("身份证号码"),
        theirs("insurance_code", {"institution_pension": "机关事业单位养老保险"}).alias("险种"),
        theirs("payer_code", {"employer": "单位缴费"}).alias("缴费方式"),
        theirs("state_code", STATE).alias("缴费状态"),
        theirs("pay_kind_code", PAY_KIND).alias("缴费类型"),
        month("settlement_month").alias("结算年月"),
        month("belonging_month").alias("费款所属期"),
        pl.when("paid").then(pl.lit("是")).otherwise(pl.lit("否")).alias("是否到账"),
        yuan("wage_monthly_yuan").alias("月工资"),
        yuan("base_monthly_yuan").alias("缴费基数"),
        pl.lit("在编在岗").alias("人员类别"),
    )


FORM = Form(
    words=_words,
    writer=workbook("缴费明细", frozenset({"月工资", "缴费基数"})),
    order=("employer_uscc", "id_number", "belonging_month", "fact_id"),
    stains=(
        *id_stains("身份证号码", lower_x=0.05, scale=1.5),
        *name_stains("姓名"),
        Stain("other_month", 0.01, "费款所属期", other_month),
        *amount_stains("月工资"),
    ),
    strays=Strays(duplicates=0.001, totals={"单位编码": "合计"}),
)
