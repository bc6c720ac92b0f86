"""Looking few rows up among many."""

from __future__ import annotations

import random
from datetime import date

import polars as pl

from transforms.index import Index


def test_looking_up_finds_what_a_join_finds_in_the_order_of_the_asked_rows() -> None:
    dice = random.Random(5)
    days = [date(1950, 1, day) for day in range(1, 9)]
    names = [*"甲乙丙丁戊", None]
    many = pl.DataFrame(
        [(dice.choice(names), dice.choice([*days, None]), f"p{place}") for place in range(300)],
        schema={"name": pl.String, "born": pl.Date, "person": pl.String},
        orient="row",
    )
    asked = pl.DataFrame(
        [(place, dice.choice([*names, "己"]), dice.choice([*days, None])) for place in range(40)],
        schema={"at": pl.UInt32, "name": pl.String, "born": pl.Date},
        orient="row",
    )
    found = Index(many, "name", "born").beside(asked)
    joined = asked.join(many, on=["name", "born"])
    assert found["at"].is_sorted()
    assert 40 < found.height < 300 * 40
    assert found.sort(pl.all()).equals(joined.sort(pl.all()))


def test_nothing_asked_or_nothing_known_finds_nothing_and_keeps_the_columns() -> None:
    many = pl.DataFrame({"name": ["甲"], "person": ["p1"]})
    assert Index(many, "name").beside(pl.DataFrame({"name": ["乙"], "at": [0]})).columns == ["name", "at", "person"]
    assert Index(many.clear(), "name").beside(pl.DataFrame({"name": ["甲"], "at": [0]})).height == 0
    assert Index(many, "name").beside(pl.DataFrame({"name": ["甲"], "at": [0]}).clear()).height == 0
