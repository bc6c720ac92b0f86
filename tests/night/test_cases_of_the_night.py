"""The cases that the town's night opens."""

from __future__ import annotations

import polars as pl
from sqlalchemy import select

from ledger.case_schema import flag
from tests.night.conftest import Published


def test_every_question_about_a_household_is_in_a_case_and_none_about_whoever_pays(first_night: Published) -> None:
    home = first_night.home
    found = home.table(first_night.run_id, "finding").join(home.table(first_night.run_id, "rule_run"), on="rule")
    elsewhere = pl.col("concerns") == "supervision"
    with home.ledger.read() as connection:
        flagged = set(connection.execute(select(flag.c.finding_key)).scalars())
    assert found.filter(elsewhere).height > 0
    assert flagged == set(found.filter(~elsewhere)["finding_key"])
