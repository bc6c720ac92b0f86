"""Findings' lives in the ledger: advanced once per nightly run, in bulk, and not by runs that were recalled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import func, select

from core.errors import DefectError, OperatorError
from core.moment import Moment, RunKind, today
from ledger import audit, findings, runs
from ledger.run import Ledger
from ledger.schema import finding_event
from tests.ledger.examples import looked, no_findings, observed

CHANGED = '{"found_yuan": "900"}'


def begin(ledger: Ledger, day: int, kind: RunKind = RunKind.NIGHTLY) -> str:
    return runs.begin(ledger, Moment(date(2026, 6, day), datetime(2026, 6, day, 17, tzinfo=UTC)), kind)


def advance(
    ledger: Ledger, run_id: str, seen: pl.DataFrame, could: pl.DataFrame | None = None
) -> dict[str, tuple[str, int]]:
    """finding_key → state and revision after one night."""
    steps = ledger.write_all(
        lambda connection: findings.advance(connection, run_id, seen, no_findings() if could is None else could)
    )
    return {key: (state, revision) for key, state, revision in steps.select("finding_key", "state", "revision").rows()}


def recorded(ledger: Ledger) -> int:
    with ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(finding_event)).scalar_one()


def test_a_life_over_several_nights(each_ledger: Ledger) -> None:
    nights = [
        (observed("f1"), None, ("new", 1)),
        (observed("f1"), None, ("same", 1)),
        (observed("f1", material=CHANGED), None, ("changed", 2)),
        (observed(), looked(f1=False), ("held", 2)),
        (observed("f1", material=CHANGED), None, ("same", 2)),
        (observed(), looked(f1=True), ("gone", 2)),
        (observed("f1", material=CHANGED), None, ("reopened", 3)),
    ]
    for day, (seen, could, becomes) in enumerate(nights, start=1):
        assert advance(each_ledger, begin(each_ledger, day), seen, could) == {"f1": becomes}
    told = [step["state"] for step in findings.history(each_ledger, "f1")]
    assert told == ["new", "changed", "held", "same", "gone", "reopened"]


def test_a_night_without_news_writes_nothing(each_ledger: Ledger) -> None:
    advance(each_ledger, begin(each_ledger, 1), observed("f1", "f2"))
    for day in (2, 3):
        advance(each_ledger, begin(each_ledger, day), observed("f1", "f2"))
    assert recorded(each_ledger) == 2


def test_advancing_the_same_run_again_says_the_same_and_writes_nothing(each_ledger: Ledger) -> None:
    advance(each_ledger, begin(each_ledger, 1), observed("f1", "f2"))
    run_id = begin(each_ledger, 2)
    once = advance(each_ledger, run_id, observed("f2", "f3"), looked(f1=True))
    count = recorded(each_ledger)
    assert advance(each_ledger, run_id, observed("f2", "f3"), looked(f1=True)) == once
    assert once == {"f1": ("gone", 1), "f2": ("same", 1), "f3": ("new", 1)}
    assert recorded(each_ledger) == count


@pytest.mark.parametrize("kind", [kind for kind in RunKind if kind is not RunKind.NIGHTLY])
def test_only_nightly_runs_change_lives(each_ledger: Ledger, kind: RunKind) -> None:
    with pytest.raises(DefectError, match=r"lives\.kind"):
        advance(each_ledger, begin(each_ledger, 1, kind), observed("f1"))
    assert recorded(each_ledger) == 0


def test_what_a_recalled_run_did_to_lives_no_longer_counts(each_ledger: Ledger) -> None:
    advance(each_ledger, begin(each_ledger, 1), observed("f1"))
    wrong = begin(each_ledger, 2)
    advance(each_ledger, wrong, observed("f2"), looked(f1=True))
    runs.add_event(each_ledger, wrong, "published")
    runs.request_recall(each_ledger, wrong, "李强", "half a roster")
    runs.confirm_recall(each_ledger, wrong, "王燕", "half a roster")
    assert findings.living(each_ledger)["finding_key"].to_list() == ["f1"]
    assert advance(each_ledger, begin(each_ledger, 3), observed("f1", "f2")) == {"f1": ("same", 1), "f2": ("new", 1)}


def test_twenty_thousand_findings_are_advanced_as_one(each_ledger: Ledger) -> None:
    seen = observed(*(f"f{number:05d}" for number in range(20_000)))
    assert len(advance(each_ledger, begin(each_ledger, 1), seen)) == 20_000
    after = advance(each_ledger, begin(each_ledger, 2), seen.head(15_000))
    assert list(after.values()).count(("held", 1)) == 5_000


def test_a_suppression_is_silent_until_its_date_and_needs_a_reason_and_a_name(each_ledger: Ledger) -> None:
    advance(each_ledger, begin(each_ledger, 1), observed("f1"))
    until = today() + timedelta(days=30)
    for wrong in ({"reason": " "}, {"until": today() + timedelta(days=181)}, {"until": today() - timedelta(days=1)}):
        with pytest.raises(OperatorError, match=r"finding\.suppression"):
            findings.suppress(each_ledger, "f1", **{"until": until, "reason": "in hospital", "by": "李强", **wrong})
    with pytest.raises(OperatorError, match=r"finding\.not_alive"):
        findings.suppress(each_ledger, "f9", until=until, reason="in hospital", by="李强")
    findings.suppress(each_ledger, "f1", until=until, reason="in hospital", by="李强")
    assert audit.entries(each_ledger)["act"].to_list() == ["finding.suppressed"]
    assert advance(each_ledger, begin(each_ledger, 2), observed("f1")) == {"f1": ("suppressed", 1)}
    later = Moment(until + timedelta(days=1), datetime.now(UTC))
    run_id = runs.begin(each_ledger, later, RunKind.NIGHTLY)
    assert advance(each_ledger, run_id, observed("f1")) == {"f1": ("same", 1)}
