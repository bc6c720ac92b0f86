"""Civil affairs writes what was paid: one GB18030 csv per payment month, `mz_payroll_<YYYYMM of period>.csv`, with a
control file.

One fact per household payment sent in `sheet.period`; id_number, name … are the recipient's (the head's).

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `case_number`: plain
* `payment_month`: first of month
* `amount_yuan`
* `paid_date`: nullable when returned before it was booked
* `state_code`: paid returned collected
* `account_number`: plain
* `holder_name`: plain, who holds the account
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.dirt import Strays, amount_stains, date_stains, id_stains, month_stains, name_stains
from sources.file_writers import csv
from sources.writing import COMMON_FACTS, MONEY, Form, Sheet, Written, day, deliver, month, number, theirs, yuan

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "case_number": pl.String(),
    "payment_month": pl.Date(),
    "amount_yuan": MONEY,
    "paid_date": pl.Date(),
    "state_code": pl.String(),
    "account_number": pl.String(),
    "holder_name": pl.String(),
}
STATE = {"paid": "1", "returned": "2", "collected": "3"}


def write(facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Write the payments of the sheet's period."""
    return deliver(facts, sheet, folder / f"mz_payroll_{sheet.month:%Y%m}.csv", FORM)


def _words(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        number("fact_id", digits=12, salt=41).alias("发放流水号"),
        pl.col("case_number").alias("低保证号"),
        month("payment_month").alias("发放年月"),
        pl.col("name").alias("领取人姓名"),
        pl.col("id_number").alias("领取人身份证号"),
        pl.lit("农村商业银行").alias("开户银行"),
        pl.col("account_number").alias("银行账号"),
        pl.col("holder_name").alias("账户户名"),
        yuan("amount_yuan").alias("发放金额"),
        day("paid_date").alias("发放日期"),
        theirs("state_code", STATE).alias("发放状态"),
        pl.lit("低保金").alias("摘要"),
    )


FORM = Form(
    words=_words,
    writer=csv("gb18030"),
    order=("case_number", "payment_month", "paid_date", "fact_id"),
    stains=(
        *id_stains("领取人身份证号"),
        *name_stains("领取人姓名"),
        *month_stains("发放年月"),
        *date_stains("发放日期"),
        *amount_stains("发放金额"),
    ),
    strays=Strays(duplicates=0.0005),
    control_sum="发放金额",
)
