"""The tax bureau writes the income withheld upon: one UTF-8 csv per month, `sw_withholding_<YYYYMM of period>.csv`,
amounts in fen, with a control file.

One fact per person, payer, item and income month declared for `sheet.period` (zero tax included).

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `income_month`: first of month
* `item_code`: wage labour author royalty business interest lease transfer contingent
* `income_yuan`
* `tax_yuan`
* `payer_name`: plain
* `payer_uscc`: plain, 18 characters GB 32100
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import Stain, Strays, id_stains, month_stains, name_stains
from sources.dirty_values import full_width_digits
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, deliver, fen, month, number, theirs

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "income_month": pl.Date(),
    "item_code": pl.String(),
    "income_yuan": MONEY,
    "tax_yuan": MONEY,
    "payer_name": pl.String(),
    "payer_uscc": pl.String(),
}
ITEM = {
    "wage": "0101",
    "business": "0200",
    "labour": "0400",
    "author": "0500",
    "royalty": "0600",
    "interest": "0700",
    "lease": "0800",
    "transfer": "0900",
    "contingent": "1000",
}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the income declared by those who withheld upon it in the sheet's period."""
    return deliver(facts, sheet, folder / f"sw_withholding_{sheet.month:%Y%m}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        number("fact_id", digits=16, salt=48).alias("明细序号"),
        pl.col("payer_uscc").alias("扣缴义务人识别号"),
        pl.col("payer_name").alias("扣缴义务人名称"),
        pl.col("name").alias("姓名"),
        pl.lit("居民身份证").alias("证件类型"),
        pl.col("id_number").alias("证件号码"),
        theirs("item_code", ITEM).alias("所得项目"),
        month("income_month", "%Y-%m").alias("税款所属期"),
        fen("income_yuan").alias("收入额"),
        fen("tax_yuan").alias("已扣缴税额"),
    )


FORM = Form(
    words=_words,
    writer=csv("utf-8"),
    order=("payer_uscc", "id_number", "item_code", "income_month", "fact_id"),
    stains=(
        *id_stains("证件号码", lower_x=0.03),
        *name_stains("姓名"),
        *month_stains("税款所属期", scale=0.5),
        Stain("full_width_amount", 0.01, "收入额", full_width_digits),
        Stain("full_width_amount", 0.005, "已扣缴税额", full_width_digits),
    ),
    strays=Strays(duplicates=0.001, test_rows=2, test_row={"证件号码": "111111111111111111", "姓名": "张三"}),
    control_sum="收入额",
)
