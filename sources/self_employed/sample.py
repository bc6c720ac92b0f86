"""The tax bureau writes the self-employed and their declared business income: one xlsx per quarter,
`sw_self_employed_<as_of>.xlsx`.

One fact per operator, business and period as of `sheet.as_of`.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `registered_date`
* `state_code`: open closed revoked dormant
* `period_code`: quarter year
* `from_month`: first of month
* `to_month`: first of month
* `assessed`: income set by the bureau (核定)
* `income_period_yuan`
* `business_uscc`: plain; the business's name is invented here
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import Strays, amount_stains, date_stains, id_stains, name_stains
from sources.file_writers import workbook
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, day, deliver, month, theirs, yuan

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "registered_date": pl.Date(),
    "state_code": pl.String(),
    "period_code": pl.String(),
    "from_month": pl.Date(),
    "to_month": pl.Date(),
    "assessed": pl.Boolean(),
    "income_period_yuan": MONEY,
    "business_uscc": pl.String(),
}
STATE = {"open": "开业", "closed": "注销", "revoked": "吊销", "dormant": "歇业"}
PERIOD = {"quarter": "季报", "year": "年报"}
_TRADES = ("小吃店", "便利店", "理发店", "水果店", "修理部", "五金店", "服装店", "快递站")


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the register and what was declared."""
    return deliver(facts, sheet, folder / f"sw_self_employed_{sheet.as_of:%Y%m%d}.xlsx", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        pl.col("business_uscc").alias("统一社会信用代码"),
        (pl.col("name").str.head(1) + "记" + _trade()).alias("字号名称"),
        pl.col("name").alias("经营者姓名"),
        pl.col("id_number").alias("经营者身份证号"),
        day("registered_date", "%Y-%m-%d").alias("登记日期"),
        theirs("state_code", STATE).alias("登记状态"),
        pl.when("assessed").then(pl.lit("定期定额")).otherwise(pl.lit("查账征收")).alias("征收方式"),
        theirs("period_code", PERIOD).alias("申报周期"),
        month("from_month", "%Y年%-m月").alias("所属期起"),
        month("to_month", "%Y年%-m月").alias("所属期止"),
        yuan("income_period_yuan").alias("经营收入"),
        pl.col("address").alias("经营地址"),
    )


def _trade() -> pl.Expr:
    place = pl.col("business_uscc").hash(seed=49) % len(_TRADES)
    return place.replace_strict(dict(enumerate(_TRADES)), return_dtype=pl.String)


FORM = Form(
    words=_words,
    writer=workbook("个体工商户", frozenset({"经营收入"})),
    order=("business_uscc", "from_month", "fact_id"),
    stains=(
        *id_stains("经营者身份证号", lower_x=0.05),
        *name_stains("经营者姓名"),
        *date_stains("登记日期", scale=3),
        *amount_stains("经营收入"),
    ),
    strays=Strays(duplicates=0.001, repeated_headers=1, totals={"统一社会信用代码": "合计"}),
)
