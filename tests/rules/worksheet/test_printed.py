"""The printed worksheet: a table whose sum is its total, and the page that explains it."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from core.settings import ROOT
from rules.worksheet.paper import on_paper
from rules.worksheet.words import GATE, KIND, REASON, TREATMENT
from tests.rules.worksheet.households import Household, Person, drawn
from tests.rules.worksheet.laid import rows_of, sheet_of, worksheets
from tests.rules.worksheet.test_named_cases import earner


def printed(sheet: dict[str, Any]) -> list[str]:
    """The sheet on paper."""
    return on_paper(sheet, sheet["lines"])


def test_the_page_shows_the_sheet_as_it_is_printed() -> None:
    policy = {"dibao_line_monthly_yuan": 636, "employment_cost_share": "0.3"}
    lines = "\n".join(printed(sheet_of(Household([earner(2000), Person(), Person()], policy))))
    page = (ROOT / "docs" / "worksheet.md").read_text(encoding="utf-8")
    assert lines.replace("h0p0", "p0000001").replace("· h0", "· h0000001") in page


def test_the_last_column_adds_up_to_the_total() -> None:
    chance = Random(7)
    with worksheets([drawn(chance) for _ in range(300)]) as connection:
        for sheet in rows_of(connection, "select * from worksheet"):
            mine = f"select * from worksheet_line where household_key = '{sheet['household_key']}' order by line_number"  # noqa: S608
            cells = [line.split(" | ") for line in on_paper(sheet, rows_of(connection, mine)) if line.startswith("| ")]
            amounts = [_amount(cell[-1]) for cell in cells[1:]]
            assert sum(amounts[:-1]) == amounts[-1]


def _amount(cell: str) -> Decimal:
    return Decimal(cell.strip(" |*").replace(",", "") or "0")


def test_an_incomplete_sheet_says_at_least_and_names_no_benefit() -> None:
    lines = printed(sheet_of(Household([earner(900), Person(hidden={("pension", 1)})])))
    assert any("至少 at least" in line and "900.00" in line for line in lines)
    assert any("未能查询 not looked at" in line for line in lines)
    assert lines[-1].endswith("benefit by this sheet: —")


def test_the_benefit_of_one_covered_member_shows_how_it_was_reckoned() -> None:
    policy = {"income_window_months": 2}
    lines = printed(sheet_of(Household([Person(), earner(600, covered=False)], policy)))
    assert lines[-1].endswith("⌈(760.00 × 2 × 2 − 1,200.00) × 1 ÷ (2 × 2)⌉ = 460.00")


def test_every_code_a_sheet_can_hold_has_words() -> None:
    chance = Random(11)
    with worksheets([drawn(chance) for _ in range(2000)]) as connection:
        for words, column, table in (
            (KIND, "kind_code", "worksheet_line"),
            (TREATMENT, "treatment_code", "worksheet_line"),
            (GATE, "gate_code", "worksheet"),
            (REASON, "gate_reason", "worksheet"),
        ):
            found = {row[column] for row in rows_of(connection, f"select distinct {column} from {table}")}  # noqa: S608
            assert found == set(words), column
