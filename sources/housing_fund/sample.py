"""The fund centre writes its accounts: one zipped GB18030 csv per month, `gjj_account_<as_of>.zip`.

One fact per account as of `sheet.as_of`; the account number is invented here from person, employer and opening month.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `account_state_code`: normal sealed closed
* `opened_month`: first of month
* `paid_through_month`: first of month
* `base_monthly_yuan`
* `person_rate`: 0.0500 … 0.1200
* `unit_rate`
* `person_deposit_monthly_yuan`
* `total_deposit_monthly_yuan`
* `employer_name`: plain
* `employer_uscc`: plain
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import Stain, Strays, amount_stains, id_stains, month_stains, name_stains
from sources.dirty_values import other_month
from sources.file_writers import zipped_csv
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, deliver, month, number, theirs, yuan

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "account_state_code": pl.String(),
    "opened_month": pl.Date(),
    "paid_through_month": pl.Date(),
    "base_monthly_yuan": MONEY,
    "person_rate": pl.Decimal(6, 4),
    "unit_rate": pl.Decimal(6, 4),
    "person_deposit_monthly_yuan": MONEY,
    "total_deposit_monthly_yuan": MONEY,
    "employer_name": pl.String(),
    "employer_uscc": pl.String(),
}
STATE = {"normal": "正常", "sealed": "封存", "closed": "销户"}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the month's accounts."""
    owner = number("world_person_id", "employer_uscc", "opened_month", digits=12, salt=52)
    return deliver(
        facts.with_columns(owner.alias("个人账号")), sheet, folder / f"gjj_account_{sheet.as_of:%Y%m%d}.zip", FORM
    )


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    total, own = pl.col("total_deposit_monthly_yuan"), pl.col("person_deposit_monthly_yuan")
    return facts.with_columns((total - own).alias("unit_deposit"), (total * 3).alias("balance")).select(
        "个人账号",
        pl.col("name").alias("姓名"),
        pl.col("id_number").alias("证件号码"),
        pl.col("employer_uscc").alias("单位统一社会信用代码"),
        pl.col("employer_name").alias("单位名称"),
        month("opened_month").alias("开户年月"),
        yuan("base_monthly_yuan").alias("月缴基数"),
        _percent("person_rate").alias("个人比例"),
        _percent("unit_rate").alias("单位比例"),
        yuan("person_deposit_monthly_yuan").alias("个人月缴额"),
        yuan("unit_deposit").alias("单位月缴额"),
        yuan("total_deposit_monthly_yuan").alias("月缴额合计"),
        month("paid_through_month").alias("缴至年月"),
        theirs("account_state_code", STATE).alias("账户状态"),
        yuan("balance").alias("账户余额"),
    )


def _percent(column: str) -> pl.Expr:
    """0.08 → 8.00"""
    return (pl.col(column).cast(pl.Decimal(9, 4)) * 100).cast(pl.Decimal(9, 2)).cast(pl.String)


FORM = Form(
    words=_words,
    writer=zipped_csv("gb18030"),
    order=("employer_uscc", "个人账号", "fact_id"),
    stains=(
        *id_stains("证件号码", lower_x=0.03),
        *name_stains("姓名"),
        *month_stains("缴至年月"),
        Stain("other_month", 0.01, "开户年月", other_month),
        *amount_stains("月缴基数"),
        *amount_stains("个人月缴额"),
    ),
    strays=Strays(duplicates=0.0005),
)
