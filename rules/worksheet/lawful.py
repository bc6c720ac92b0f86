"""What no page of the worksheet may do: the same law as for rules, and no weak figure in what is counted."""

from __future__ import annotations

from pathlib import Path

from core.errors import DefectError
from rules.lawful import BOOKS, demand_one_period, demand_strong_amounts
from rules.portable import to_spark
from rules.reading import parse, tables_read
from rules.worksheet.pages import KINDS, LAID, MEMBERS, SHEET, page


def demand_lawful_worksheet(folder: Path) -> None:
    """Refuse a page that reads what it may not, mixes periods, or counts what may only ask.

    Raises:
        DefectError: a page does.
    """
    for name in (MEMBERS, *LAID, *KINDS, SHEET):
        where, sql = f"worksheet/{name}", page(folder, name)
        if strange := sorted(tables_read(sql) - BOOKS - {*LAID, "line"}):
            what = f"the page reads {strange}"
            raise DefectError("rule.reads_what_it_may_not", what, where=f"rules/{where}.sql", todo="rewrite the page")
        demand_one_period(where, parse(sql))
        demand_strong_amounts(where, parse(sql), ("counted_yuan", "income_total_yuan", "benefit_monthly_yuan"))


def demand_portable_worksheet(folder: Path) -> None:
    """Refuse a page that would not run on Spark.

    Raises:
        DefectError: a page would not.
    """
    for name in (MEMBERS, *LAID, *KINDS, SHEET):
        to_spark(f"worksheet/{name}", page(folder, name))
