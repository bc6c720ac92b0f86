"""Ten thousand invented households, reckoned by the pages and on paper, agree to the cent."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.rules.worksheet.households import Household, drawn
from tests.rules.worksheet.laid import rows_of, sheet_of, worksheets
from tests.rules.worksheet.on_paper import reckoned


def _differences(household: Household, sheet: dict[str, Any]) -> dict[str, tuple[object, object]]:
    """What the page says otherwise than the paper: column → (page, paper)."""
    told = {name: Fraction(v) if isinstance(v, Decimal) else v for name, v in sheet.items()}
    paper = {name: Fraction(v) if isinstance(v, Decimal) else v for name, v in asdict(reckoned(household)).items()}
    return {name: (told[name], value) for name, value in paper.items() if told[name] != value}


@pytest.mark.slow
def test_ten_thousand_households_agree_with_paper_to_the_cent() -> None:
    chance = Random(20260620)
    households = [drawn(chance) for _ in range(10_000)]
    with worksheets(households) as connection:
        sheets = {row["household_key"]: row for row in rows_of(connection, "select * from worksheet")}
        [(lost,)] = connection.execute("""
            select count(*) from worksheet
            left join (
                select household_key, sum(counted_yuan) as added_yuan from worksheet_line group by household_key
            ) using (household_key)
            where income_total_yuan <> coalesce(added_yuan, 0)
        """).fetchall()
    assert lost == 0
    assert len(sheets) == len(households)
    wrong = {n: d for n, one in enumerate(households) if (d := _differences(one, sheets[f"h{n}"]))}
    assert not wrong, (len(wrong), next(iter(wrong.items())))
    for name in ("gate_code", "gate_reason", "complete"):
        assert min(_counted(sheets, name).values()) >= 20, _counted(sheets, name)


def _counted(sheets: dict[str, dict[str, Any]], name: str) -> dict[object, int]:
    values = [sheet[name] for sheet in sheets.values()]
    return {value: values.count(value) for value in set(values)}


@settings(max_examples=30, deadline=None)
@given(some.randoms(use_true_random=False))
def test_no_household_can_be_found_that_disagrees_with_paper(chance: Random) -> None:
    household = drawn(chance)
    assert _differences(household, sheet_of(household)) == {}
