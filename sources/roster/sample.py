"""Civil affairs writes its dibao ledger (低保台账): one xlsx per month, one row per member, `mz_roster_<as_of>.xlsx`.

One fact per member of a case as of `sheet.as_of`; the household's columns repeat on every member's row, as in the
ledger.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `case_number`: plain; the local 低保证号, same on all rows of a household
* `relation_code`: head spouse child parent grandchild other; exactly one head per case (its id and name go on every
  row)
* `person_class_code`: ordinary elder minor student severe_disability severe_illness
* `management_class_code`: A B C
* `hukou_type_code`: urban rural
* `region_code`: 12 digits
* `programme_code`: dibao
* `approved_date`
* `stop_date`: nullable
* `covered`
* `covered_person_count`
* `not_counted_code`: nullable; prison detox conscript clergy missing: listed on the case, no member of the unit
* `not_counted_since_date`: nullable
* `benefit_monthly_yuan`: of the household
* `grace_until_date`: nullable
* `account_number`: plain; the household's
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import Strays, amount_stains, date_stains, id_stains, name_stains
from sources.file_writers import workbook
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, day, deliver, nation, theirs, yuan

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "case_number": pl.String(),
    "relation_code": pl.String(),
    "person_class_code": pl.String(),
    "management_class_code": pl.String(),
    "hukou_type_code": pl.String(),
    "region_code": pl.String(),
    "programme_code": pl.String(),
    "approved_date": pl.Date(),
    "stop_date": pl.Date(),
    "covered": pl.Boolean(),
    "covered_person_count": pl.Int32(),
    "not_counted_code": pl.String(),
    "not_counted_since_date": pl.Date(),
    "benefit_monthly_yuan": MONEY,
    "grace_until_date": pl.Date(),
    "account_number": pl.String(),
}
_HEAD = pl.col("relation_code") == "head"
RELATION = {"head": "02", "other": "97"}
RELATION_BY_SEX = {"spouse": ("11", "12"), "child": ("20", "30"), "parent": ("51", "52"), "grandchild": ("41", "42")}
PERSON_CLASS = {
    "ordinary": "01",
    "elder": "02",
    "minor": "03",
    "student": "04",
    "severe_disability": "05",
    "severe_illness": "06",
}
NOT_COUNTED = {
    "prison": "服刑",
    "detox": "强制隔离戒毒",
    "conscript": "义务兵",
    "clergy": "宗教教职人员",
    "missing": "宣告失踪",
}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the month's ledger."""
    with_head = facts.with_columns(
        pl.col("name").filter(_HEAD).first().over("case_number").alias("head_name"),
        pl.col("id_number").filter(_HEAD).first().over("case_number").alias("head_id_number"),
    )
    return deliver(with_head, sheet, folder / f"mz_roster_{sheet.as_of:%Y%m%d}.xlsx", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        pl.col("case_number").alias("低保证号"),
        pl.col("region_code").alias("行政区划"),
        pl.col("head_name").alias("户主姓名"),
        pl.col("head_id_number").alias("户主身份证号"),
        pl.col("name").alias("成员姓名"),
        pl.col("id_number").alias("成员身份证号"),
        theirs("sex_code", {"1": "男", "2": "女"}).alias("性别"),
        day("birth_date", "%Y-%m-%d").alias("出生日期"),
        nation().alias("民族"),
        _relation().alias("与户主关系"),
        theirs("person_class_code", PERSON_CLASS).alias("人员类别"),
        pl.col("management_class_code").alias("管理类别"),
        theirs("hukou_type_code", {"urban": "1", "rural": "2"}).alias("户籍性质"),
        theirs("programme_code", {"dibao": "最低生活保障"}).alias("救助类别"),
        day("approved_date", "%Y-%m-%d").alias("批准日期"),
        day("stop_date", "%Y-%m-%d").alias("停发日期"),
        pl.when("covered").then(pl.lit("是")).otherwise(pl.lit("否")).alias("是否保障对象"),
        theirs("not_counted_code", NOT_COUNTED).alias("不计入原因"),
        day("not_counted_since_date", "%Y-%m-%d").alias("不计入起始日期"),
        pl.col("covered_person_count").cast(pl.String).alias("保障人数"),
        yuan("benefit_monthly_yuan").alias("月保障金额"),
        day("grace_until_date", "%Y-%m-%d").alias("渐退期至"),
        pl.lit("农村商业银行").alias("开户银行"),
        pl.col("account_number").alias("发放账号"),
        pl.col("address").alias("家庭住址"),
    )


def _relation() -> pl.Expr:
    """GB/T 4761, where men and women have codes of their own."""
    codes = {f"{ours}{sex}": pair[sex - 1] for ours, pair in RELATION_BY_SEX.items() for sex in (1, 2)}
    both = {f"{ours}{sex}": code for ours, code in RELATION.items() for sex in (1, 2)}
    return (pl.col("relation_code") + pl.col("sex_code")).replace_strict(codes | both, return_dtype=pl.String)


FORM = Form(
    words=_words,
    writer=workbook("低保台账", frozenset({"保障人数", "月保障金额"})),
    order=("region_code", "case_number", ~_HEAD, "birth_date", "fact_id"),
    stains=(
        *id_stains("成员身份证号", lower_x=0.1, scale=1.5),
        *name_stains("成员姓名"),
        *date_stains("批准日期", scale=2),
        *amount_stains("月保障金额"),
    ),
    strays=Strays(duplicates=0.0015, test_rows=1, test_row={"成员身份证号": "111111111111111111", "成员姓名": "张三"}),
)
