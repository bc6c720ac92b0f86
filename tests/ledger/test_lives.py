"""The life of a finding, as a pure function: every transition, and what must hold of all of them."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.lives import ENDS, LIVE, STATES, is_news, transitions
from tests.ledger.examples import looked, no_findings, observed

PREVIOUS = ["finding_key", "rule", "household_key", "person_key", "state", "revision", "material"]
SAME = '{"found_yuan": "100"}'
OTHER = '{"found_yuan": "900"}'


def before(state: str, key: str = "f1", material: str = SAME) -> pl.DataFrame:
    """One finding as it stood."""
    row = (key, "R-INC-01", "h0000001", None, state, 1, material)
    schema: dict[str, Any] = dict.fromkeys(PREVIOUS, pl.String) | {"revision": pl.Int32}
    return pl.DataFrame([row], schema=schema, orient="row")


def nothing_before() -> pl.DataFrame:
    return before("new").clear()


def end(state: str) -> pl.DataFrame:
    return pl.DataFrame({"finding_key": ["f1"], "state": [state]})


def step(
    state: str | None, *, seen: str | None = None, could: bool | None = None, ends: str | None = None
) -> tuple[str, int] | None:
    """What one finding in `state` becomes: its next state and revision; None when nothing is said of it."""
    previous = nothing_before() if state is None else before(state)
    now = observed("f1", material=seen) if seen else observed()
    asked = no_findings() if could is None else looked(f1=could)
    found = transitions(previous, now, asked, end(ends) if ends else None)
    return found.select("state", "revision").row(0) if found.height else None


@pytest.mark.parametrize("state", LIVE)
@pytest.mark.parametrize(
    ("event", "becomes"),
    [
        ({"seen": SAME}, ("same", 1)),
        ({"seen": OTHER}, ("changed", 2)),
        ({"could": True}, ("gone", 1)),
        ({"could": False}, ("held", 1)),
        ({}, ("held", 1)),
        ({"could": True, "ends": "left_roster"}, ("left_roster", 1)),
        ({"ends": "rule_withdrawn"}, ("rule_withdrawn", 1)),
        ({"could": False, "ends": "grade_lost"}, ("grade_lost", 1)),
    ],
)
def test_a_living_finding(state: str, event: dict[str, Any], becomes: tuple[str, int]) -> None:
    assert step(state, **event) == becomes


@pytest.mark.parametrize("state", ["gone", *ENDS])
def test_an_ended_finding_comes_back_as_a_new_revision_or_stays_silent(state: str) -> None:
    assert step(state, seen=SAME) == ("reopened", 2)
    assert step(state, could=True) is None
    assert step(state) is None


def test_a_suppressed_finding_is_silent_until_there_is_news_or_it_is_gone() -> None:
    assert step("suppressed", seen=SAME) == ("suppressed", 1)
    assert step("suppressed", seen=OTHER) == ("reopened", 2)
    assert step("suppressed", could=True) == ("gone", 1)
    assert step("suppressed", could=False) == ("suppressed", 1)
    assert step("suppressed", ends="left_roster") == ("left_roster", 1)


def test_a_finding_seen_for_the_first_time_is_new() -> None:
    assert step(None, seen=SAME) == ("new", 1)


@pytest.mark.parametrize(
    ("after", "tolerance", "news"),
    [
        ('{"found_yuan": "149.99", "kind": "a"}', '{"found_yuan": 50}', False),
        ('{"found_yuan": "150.00", "kind": "a"}', '{"found_yuan": 50}', False),
        ('{"found_yuan": "150.01", "kind": "a"}', '{"found_yuan": 50}', True),
        ('{"found_yuan": "49.99", "kind": "a"}', '{"found_yuan": 50.0, "kind": "exact"}', True),
        ('{"found_yuan": "100.01", "kind": "a"}', None, True),
        ('{"found_yuan": "100.01", "kind": "a"}', '{"found_yuan": "exact"}', True),
        ('{"found_yuan": "0100", "kind": "a"}', '{"found_yuan": "exact"}', True),
        ('{"kind": "a", "found_yuan": "100"}', None, False),
        ('{"found_yuan": "100", "kind": "b"}', '{"kind": "exact"}', True),
        ('{"found_yuan": null, "kind": "a"}', '{"found_yuan": 1000}', True),
        ('{"found_yuan": "100"}', '{"found_yuan": 1000}', True),
    ],
)
def test_news_is_a_change_beyond_the_tolerance_of_any_field(after: str, tolerance: str | None, news: bool) -> None:
    assert is_news('{"found_yuan": "100", "kind": "a"}', after, tolerance) is news


def test_a_slow_drift_is_news_once_it_adds_up() -> None:
    state, revisions = before("new"), []
    for found in (130, 160, 190):
        seen = observed("f1", material=json.dumps({"found_yuan": found})).with_columns(
            material_tolerance=pl.lit('{"found_yuan": 50}')
        )
        steps = transitions(state, seen, no_findings())
        revisions.append(steps["state"][0])
        state = steps.select(PREVIOUS)
    assert revisions == ["same", "changed", "same"]


keys = st.sampled_from([f"f{number}" for number in range(6)])
materials = st.sampled_from([SAME, OTHER])
worlds = st.tuples(
    st.dictionaries(keys, st.tuples(st.sampled_from(sorted(STATES)), materials)),
    st.dictionaries(keys, materials),
    st.dictionaries(keys, st.booleans()),
    st.dictionaries(keys, st.sampled_from(ENDS), max_size=2),
)
World = tuple[dict[str, tuple[str, str]], dict[str, str], dict[str, bool], dict[str, str]]


def frames(world: World) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    was, seen, could, ends = world
    previous = pl.concat([nothing_before(), *(before(state, key, text) for key, (state, text) in was.items())])
    now = pl.concat([observed(), *(observed(key, material=text) for key, text in seen.items())])
    ended = pl.DataFrame(list(ends.items()), schema={"finding_key": pl.String, "state": pl.String}, orient="row")
    return previous, now, looked(**could), ended


@settings(max_examples=150, deadline=None)
@given(world=worlds)
def test_what_holds_of_every_night(world: World) -> None:
    was, seen, could, ends = world
    found = {row["finding_key"]: row for row in transitions(*frames(world)).iter_rows(named=True)}
    silent = {key for key, (state, _) in was.items() if state in ("gone", *ENDS)}
    assert found.keys() == seen.keys() | (was.keys() - silent)
    for key, row in found.items():
        assert row["state"] in STATES
        assert (row["state"] == "gone") <= (key not in seen and could.get(key, False) and key not in ends)
        assert (row["state"] in ENDS) == (key not in seen and key in ends)
        assert row["news"] == (row["revision"] > (1 if key in was else 0))
        assert row["material"] == (seen[key] if row["news"] else was[key][1])


@settings(max_examples=100, deadline=None)
@given(world=worlds, seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(world: World, seed: int) -> None:
    straight = transitions(*frames(world))
    shuffled = transitions(*(frame.sample(fraction=1, shuffle=True, seed=seed) for frame in frames(world)))
    assert straight.equals(shuffled)


@settings(max_examples=100, deadline=None)
@given(world=worlds)
def test_the_same_night_again_is_no_news(world: World) -> None:
    previous, *tonight = frames(world)
    once = transitions(previous, *tonight)
    kept = previous.join(once, on="finding_key", how="anti")
    again = transitions(pl.concat([kept, once.select(PREVIOUS)]), *tonight)
    assert not again["news"].any()
    assert again.filter(pl.col("state") != "same").join(once, on=["finding_key", "state"], how="anti").is_empty()
