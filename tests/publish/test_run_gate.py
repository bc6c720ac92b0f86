"""The run gate: an empty night and a jump are never current; people can say that the jump is real."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from core.errors import OperatorError
from ledger import audit, findings, runs
from publish.figures import Figures
from publish.gate import judge, pause_banners
from publish.limits import load_limits
from publish.manifest import read_manifest
from publish.release import release
from rules.card import Words
from tests.publish.nights import DAY, Nights, listed

LIMITS = load_limits()


def figures(
    households: int = 1000, findings: dict[str, int] | None = None, unseen: int = 10, seen: int = 990
) -> Figures:
    coverage = {"vehicle": {"found": seen, "could_not_look": unseen}}
    return Figures(households, households, findings if findings is not None else {"R-1": 100}, {}, coverage)


def reasons(now: Figures, before: Figures | None = None) -> list[str]:
    return judge(now, before, LIMITS, []).reasons


def test_the_first_run_passes_whatever_it_finds_unless_it_is_empty() -> None:
    assert reasons(figures(findings={"R-1": 999})) == []
    assert reasons(figures(households=0))
    assert reasons(Figures(10, 10, {}, {}, {}))


@pytest.mark.parametrize(("count", "passes"), [(150, True), (151, False), (50, True), (49, False)])
def test_a_rule_whose_findings_jump_beyond_the_limit_rejects_the_run(count: int, passes: bool) -> None:
    assert (reasons(figures(findings={"R-1": count}), figures()) == []) is passes


@pytest.mark.parametrize(("count", "passes"), [(21, True), (22, False)])
def test_small_numbers_may_jump_by_share_but_not_by_number(count: int, passes: bool) -> None:
    assert (reasons(figures(findings={"R-1": count}), figures(findings={"R-1": 1})) == []) is passes


def test_a_rule_that_a_paused_feed_silences_is_compared_where_both_nights_could_look() -> None:
    before, now = figures(findings={"R-1": 100, "R-2": 100}), figures(findings={"R-1": 0, "R-2": 0})
    told = judge(now, before, LIMITS, [], {"R-1": (3, 3)}).reasons
    assert told == ["findings of rule R-2 went from 100 to 0"]
    assert judge(now, before, LIMITS, [], {"R-1": (40, 3), "R-2": (0, 0)}).reasons == [
        "findings of rule R-1 went from 40 to 3"
    ]


def test_a_rule_that_is_new_or_withdrawn_is_no_jump() -> None:
    assert reasons(figures(findings={"R-2": 500}), figures(findings={"R-1": 500})) == []


@pytest.mark.parametrize(("households", "passes"), [(800, True), (799, False), (1200, True), (1201, False)])
def test_households_that_vanish_or_appear_beyond_the_limit_reject_the_run(households: int, passes: bool) -> None:
    assert (reasons(figures(households=households), figures()) == []) is passes


@pytest.mark.parametrize(("unseen", "passes"), [(110, True), (111, False)])
def test_a_source_that_can_suddenly_not_be_looked_at_rejects_the_run(unseen: int, passes: bool) -> None:
    now = figures(unseen=unseen, seen=1000 - unseen)
    assert (reasons(now, figures()) == []) is passes


def test_a_source_that_vanishes_from_coverage_rejects_the_run() -> None:
    now = Figures(1000, 1000, {"R-1": 100}, {}, {"payroll": {"none": 5}})
    assert reasons(now, figures()) == ["source vehicle vanished from coverage"]


def test_more_that_could_be_looked_at_is_never_a_reason() -> None:
    assert reasons(figures(unseen=0, seen=1000), figures(unseen=900, seen=100)) == []


def test_a_jump_is_published_as_rejected_and_neither_current_nor_in_any_life_until_released(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    people = [listed(f"p{number}") for number in range(30)]
    good = nights.night(DAY, people)
    damaged = [{**one, "roster_id_state": "damaged"} for one in people]
    jump = nights.night(DAY + timedelta(days=1), damaged)
    assert not jump.accepted
    assert jump.reasons == ["findings of rule R-ID-01 went from 0 to 30"]
    assert read_manifest(jump.folder)["accepted"] is False
    assert runs.get(ledger, jump.run_id).state == "rejected"
    assert runs.current(ledger) == good.run_id
    assert findings.living(ledger).is_empty()
    with pytest.raises(OperatorError, match=r"audit\.nobody"):
        release(jump.run_id, by=" ", reason="the register was rebuilt", ledger=ledger, settings=settings)
    with pytest.raises(OperatorError, match=r"release\.not_possible"):
        release(jump.run_id, by="李强", reason=" ", ledger=ledger, settings=settings)
    assert runs.current(ledger) == good.run_id
    told = release(jump.run_id, by="李强", reason="the register was rebuilt", ledger=ledger, settings=settings)
    assert told == {"new": 30}
    assert runs.current(ledger) == jump.run_id
    assert audit.entries(ledger)["act"].to_list()[-1] == "run.released"
    with pytest.raises(OperatorError, match=r"release\.not_possible"):
        release(jump.run_id, by="李强", reason="again", ledger=ledger, settings=settings)


def test_a_refused_roster_leaves_the_last_good_one_and_a_banner(nights: Nights) -> None:
    first = nights.night(DAY, [listed("p1"), listed("p2")])
    assert read_manifest(first.folder)["banners"] == []
    second = nights.night(DAY + timedelta(days=1), [listed("p1")], roster_state="refused")
    manifest = read_manifest(second.folder)
    assert manifest["figures"]["households"] == 2
    assert second.accepted
    [banner] = manifest["banners"]
    assert "refused" in banner["en"]
    assert "未通过检查" in banner["zh"]
    assert "2026-06-20" in banner["zh"]


@pytest.mark.parametrize(
    ("cells", "zh", "en"),
    [
        (0, "；此后送来的数据没有看到，不等于没有", "what came since was not seen: that is not none"),
        (1, "，本次有 1 项未能核对；未核对不等于没有", "1 check could not be made: that is not none"),
        (7, "，本次有 7 项未能核对；未核对不等于没有", "7 checks could not be made: that is not none"),
    ],
)
def test_a_paused_feed_is_told_with_what_went_unseen_for_it(cells: int, zh: str, en: str) -> None:
    connection = duckdb.connect()
    since = datetime(2026, 6, 1, 4, tzinfo=UTC)
    connection.execute("create table feed_health as select 'vehicle' as source, 'paused' as state, ? as since", [since])
    connection.execute(
        "create table coverage as select 'vehicle' as source, 'feed_paused' as reason from range(?)", [cells]
    )
    [banner] = pause_banners(connection, {"vehicle": Words(zh="机动车登记", en="Registered vehicles")})
    assert banner["zh"] == f"机动车登记自 2026-06-01 起暂停{zh}"
    assert banner["en"] == f"The feed Registered vehicles has been paused since 2026-06-01; {en}"


def test_a_nightly_run_over_an_empty_roster_is_rejected(nights: Nights) -> None:
    stopped = listed("p1", stop_date=DAY - timedelta(days=100))
    empty = nights.night(DAY, [stopped])
    assert (empty.accepted, empty.reasons) == (False, ["the run is empty: no household on the roster"])
    assert runs.current(nights.centre.ledger) is None
