"""Civil affairs writes the declared income and property items: one UTF-8 (BOM) csv per month,
`mz_declaration_<as_of>.csv`.

One fact per declared item of a person as of `sheet.as_of`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `case_number`: plain
* `item_code`: wage pension resident_pension business support unemployment_benefit severance vehicle
  other
* `amount_monthly_yuan`: nullable
* `amount_annual_yuan`: nullable
* `amount_once_yuan`: nullable; a lump sum, `from_month` to `to_month` the months on which it was calculated
* `declared_date`
* `from_month`: first of month
* `to_month`: nullable
* `plate_number`: plain, vehicles only, else null
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import Stain, Strays, amount_stains, date_stains, id_stains, name_stains
from sources.dirty_values import other_month
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, day, deliver, month, number, theirs, yuan

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "case_number": pl.String(),
    "item_code": pl.String(),
    "amount_monthly_yuan": MONEY,
    "amount_annual_yuan": MONEY,
    "amount_once_yuan": MONEY,
    "declared_date": pl.Date(),
    "from_month": pl.Date(),
    "to_month": pl.Date(),
    "plate_number": pl.String(),
}
ITEM = {
    "wage": "工资性收入",
    "pension": "养老金",
    "resident_pension": "城乡居民养老金",
    "business": "经营净收入",
    "support": "赡养抚养扶养费",
    "unemployment_benefit": "失业保险金",
    "severance": "一次性经济补偿",
    "vehicle": "机动车",
    "other": "其他",
}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write what the households have declared."""
    return deliver(facts, sheet, folder / f"mz_declaration_{sheet.as_of:%Y%m%d}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        number("fact_id", digits=10, salt=43).alias("申报编号"),
        pl.col("case_number").alias("低保证号"),
        pl.col("name").alias("姓名"),
        pl.col("id_number").alias("身份证号"),
        theirs("item_code", ITEM).alias("申报项目"),
        yuan("amount_monthly_yuan").alias("月收入"),
        yuan("amount_annual_yuan").alias("年收入"),
        yuan("amount_once_yuan").alias("一次性收入"),
        day("declared_date", "%Y/%m/%d").alias("申报日期"),
        month("from_month").alias("起始年月"),
        month("to_month", empty="999999").alias("终止年月"),
        pl.col("plate_number").alias("号牌号码"),
        pl.lit("村(社区)经办").alias("经办人"),
    )


FORM = Form(
    words=_words,
    writer=csv("utf-8-sig"),
    order=("case_number", "id_number", "item_code", "from_month", "fact_id"),
    stains=(
        *id_stains("身份证号", lower_x=0.1),
        *name_stains("姓名"),
        *date_stains("申报日期", scale=2),
        *amount_stains("月收入", scale=2),
        Stain("other_month", 0.004, "起始年月", other_month),
    ),
    strays=Strays(
        test_rows=1, test_row={"身份证号": "111111111111111111", "姓名": "张三"}, totals={"申报编号": "合计"}
    ),
)
