from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from core.errors import OperatorError
from core.moment import now
from expectations.feed import Gate, resume
from expectations.run import expect
from ledger import audit, deliveries, extracts, feeds
from ledger.health import health_of, record_health
from tests.expectations.house import KNOWN_AT, House, house, wage_row
from tests.expectations.wage_feed import CARD

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
HALF = {"matched": 1, "not_subject": 4_000}


@pytest.fixture
def home(tmp_path: Path) -> House:
    return house(tmp_path)


def gated(home: House, *delivery_ids: str, run_id: str | None = None) -> list[Gate]:
    return expect(list(delivery_ids), run_id=run_id, ledger=home.ledger, settings=home.settings)


def states(gates: list[Gate]) -> list[str]:
    return [gate.state for gate in gates]


def results(home: House, run: str = "landing") -> pl.DataFrame:
    return pl.read_parquet(home.settings.home / "work" / run / "expectation_result.parquet")


def unexpected(home: House, run: str = "landing") -> dict[tuple[str, str], int]:
    bad = results(home, run).filter(~pl.col("success"))
    return {(row["delivery_id"], row["check_name"]): row["unexpected"] for row in bad.iter_rows(named=True)}


def test_a_healthy_delivery_is_accepted_as_of_what_the_run_knows(home: House) -> None:
    may = home.deliver(MAY)
    run_id = home.night()
    (gate,) = gated(home, may, run_id=run_id)
    assert (gate.delivery_id, gate.source, gate.state, gate.reasons) == (may, "tax_withholding", "accepted", [])
    assert deliveries.state_at(home.ledger, may, KNOWN_AT) == "accepted"
    assert results(home, run_id)["success"].all()
    assert (home.settings.home / "data_docs" / run_id / "index.html").exists()


def test_bad_rows_are_counted_in_the_table_under_their_delivery(home: House) -> None:
    april = home.deliver(APRIL, wages=[{"income_month": APRIL}, {"tax_yuan": 4_000, "income_month": APRIL}])
    may = home.deliver(MAY, wages=[{"income_yuan": -1, "refused_by": "income_is_not_negative"}, {"income_month": MAY}])
    gated(home, may, april)
    assert unexpected(home) == {
        (april, "tax_below_income"): 1,
        (may, "income_is_not_negative"): 1,
        (may, "tax_below_income"): 1,
    }
    row = results(home).filter(pl.col("check_name") == "income_is_not_negative", pl.col("delivery_id") == may)
    assert row.select("suite", "level", "action", "rows", "severity").row(0) == (
        "tax_withholding.meaning",
        "record_value",
        "refuse",
        2,
        "critical",
    )


@pytest.mark.parametrize(
    ("given", "check"),
    [
        ({"item_code": "royalty"}, "item_code_is_ours"),
        ({"income_month": date(2026, 5, 2)}, "income_month_is_a_first_of_month"),
        ({"id_basis": "guess"}, "id_basis_is_declared"),
        ({"row_hash": "11010519491231002X"}, "keyed_row_hash"),
        ({"refused_by": "nobody_wrote_this"}, "refused_by_a_check"),
        ({"refused_by": "unreadable"}, "required_cells_are_readable"),
        ({"refused_by": "unknown_code", "item_code": None}, "codes_are_known"),
        ({"income_yuan": None}, "income_yuan_is_given"),
        ({"row_key": "another:2"}, "row_key_of_its_delivery"),
        ({"person_key": "p0000003"}, "natural_key_stands_once"),
    ],
)
def test_what_the_card_and_the_house_promise_is_checked_without_being_written(
    home: House, given: dict[str, object], check: str
) -> None:
    may = home.deliver(MAY, wages=[given, {}, {"item_code": "labour"}])
    gated(home, may)
    assert {name for _, name in unexpected(home)} == {check}


def test_one_refusal_pauses_the_feed_and_what_follows_is_held_until_a_person_resumes(home: House) -> None:
    march, april = home.deliver(MARCH), home.deliver(APRIL, **HALF)
    assert states(gated(home, april, march)) == ["accepted", "refused"]
    assert feeds.state(home.ledger, "tax_withholding").paused
    may = home.deliver(MAY)
    (held,) = gated(home, may)
    assert (held.state, held.reasons[0].limit, held.reasons[0].figure) == ("held", "feed_paused", april)
    assert deliveries.state_at(home.ledger, may, now()) == "held"

    released = resume("tax_withholding", by="王燕", reason="市局四月系统升级，下月补齐", ledger=home.ledger, card=CARD)
    assert [(gate.delivery_id, gate.state) for gate in released] == [(may, "accepted")]
    assert not feeds.state(home.ledger, "tax_withholding").paused
    assert deliveries.state_at(home.ledger, april, now()) == "refused"


def test_a_refused_delivery_can_be_accepted_by_a_named_person_with_a_reason_and_is_on_record(home: House) -> None:
    march, april = home.deliver(MARCH), home.deliver(APRIL, **HALF)
    gated(home, march, april)
    resume("tax_withholding", by="王燕", reason="核实为全量", accept=april, ledger=home.ledger, card=CARD)
    assert deliveries.state_at(home.ledger, april, now()) == "accepted"
    last = deliveries.events(home.ledger, april)[-1]
    assert (last.kind, last.detail) == ("accepted", {"by": "王燕", "reason": "核实为全量"})
    assert states(gated(home, april)) == ["accepted"]
    assert audit.verify(home.ledger).whole


def test_nobody_accepts_without_name_reason_and_a_refusal(home: House) -> None:
    march = home.deliver(MARCH, **{"not_subject": 4})
    waiting = home.deliver(APRIL)
    gated(home, march)
    for by, reason, accept in (("", "x", march), ("王燕", " ", march), ("王燕", "x", waiting)):
        with pytest.raises(OperatorError):
            resume("tax_withholding", by=by, reason=reason, accept=accept, ledger=home.ledger, card=CARD)
    assert feeds.state(home.ledger, "tax_withholding").paused


def test_a_held_delivery_that_passes_a_limit_pauses_the_feed_anew(home: House) -> None:
    march, april, may = home.deliver(MARCH), home.deliver(APRIL, **HALF), home.deliver(MAY, not_subject=5)
    gated(home, march, april, may)
    (gate,) = resume("tax_withholding", by="王燕", reason="继续", ledger=home.ledger, card=CARD)
    assert gate.state == "refused"
    assert feeds.state(home.ledger, "tax_withholding").delivery_id == may


def test_the_same_call_again_gives_the_same_and_adds_no_event(home: House) -> None:
    march, april, may = home.deliver(MARCH), home.deliver(APRIL, **HALF), home.deliver(MAY)
    run_id = home.night()
    first = gated(home, march, april, may, run_id=run_id)
    before = [deliveries.events(home.ledger, one) for one in (march, april, may)]
    docs = sorted((home.settings.home / "data_docs" / run_id).rglob("*.*"))
    written = [path.read_bytes() for path in docs]
    assert gated(home, march, april, may, run_id=run_id) == first
    assert [deliveries.events(home.ledger, one) for one in (march, april, may)] == before
    assert [path.read_bytes() for path in docs] == written


def test_a_kill_between_pausing_the_feed_and_recording_the_refusal_changes_nothing(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    march, april, may = home.deliver(MARCH), home.deliver(APRIL, **HALF), home.deliver(MAY)
    gated(home, march)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "add_event", killed)
        with pytest.raises(KeyboardInterrupt):
            gated(home, april, may)
    assert feeds.state(home.ledger, "tax_withholding").paused
    assert states(gated(home, april, may)) == ["refused", "held"]


def test_the_gates_verdict_counts_from_landing_whichever_run_came_to_it_first(home: House) -> None:
    may = home.deliver(MAY)
    gated(home, may, run_id=home.night(KNOWN_AT))
    landed_at = deliveries.get(home.ledger, may).landed_at
    (gate,) = gated(home, may, run_id=home.night(landed_at))
    assert gate.state == "accepted"
    assert len(deliveries.accepted(home.ledger, "tax_withholding", landed_at)) == 1


def test_what_a_person_accepts_later_is_not_an_earlier_runs_to_know(home: House) -> None:
    gated(home, home.deliver(APRIL))
    half = home.deliver(MAY, **HALF)
    assert states(gated(home, half)) == ["refused"]
    before = now()
    resume("tax_withholding", by="王燕", reason="核实为全量", accept=half, ledger=home.ledger, card=CARD)
    (gate,) = gated(home, half, run_id=home.night(before))
    assert gate.state == "refused"


def test_a_delivery_that_was_not_read_is_held_and_judged_once_it_is(home: House) -> None:
    may = home.deliver(MAY, read=False)
    (gate,) = gated(home, may)
    assert (gate.state, gate.reasons[0].limit) == ("held", "not_extracted")
    home.deliver(MAY)
    assert states(gated(home, may)) == ["accepted"]


def test_a_source_whose_checks_do_not_run_stops_alone(tmp_path: Path) -> None:
    other = CARD.model_copy(update={"source": "annual_tax"})
    home = house(tmp_path, [CARD, other])
    broken = home.settings.sources_folder / "annual_tax" / "checks.yml"
    broken.write_text(broken.read_text("utf-8").replace("income_yuan < 0", "no_such_column < 0"), "utf-8")
    good, bad = home.deliver(MAY), home.deliver(MAY, source="annual_tax")
    held, accepted = gated(home, good, bad)
    assert (held.delivery_id, held.state, held.reasons[0].limit) == (bad, "held", "expectations.predicate")
    assert (accepted.delivery_id, accepted.state) == (good, "accepted")
    assert deliveries.state_at(home.ledger, bad, now()) == "landed"


def test_an_account_that_does_not_close_is_never_accepted(home: House) -> None:
    may = home.deliver(MAY)
    known = deliveries.get(home.ledger, may)
    landed = replace(known, delivery_id="tax_withholding-000000000000", sha256="0", row_count=10_001)
    deliveries.record(home.ledger, landed)
    health = health_of(home.ledger, may)
    (extract,) = extracts.find(home.ledger, may)
    assert health
    record_health(home.ledger, landed.delivery_id, "s1", health.account, health.health)
    extracts.record(home.ledger, landed.delivery_id, "s1", "v1", extract.path, "0" * 64, None, health.account)
    (gate,) = gated(home, landed.delivery_id)
    assert (gate.state, gate.reasons[0].limit) == ("held", "account.open")


def test_a_household_that_joined_later_is_checked_beside_the_others_and_no_row_counts_twice(home: House) -> None:
    may = home.deliver(MAY, wages=[{}, {"tax_yuan": 4_000}])
    gated(home, may)
    joined = [wage_row(may, "tax_withholding", line, {"tax_yuan": 5_000}) for line in (3, 9)]
    home.extract("tax_withholding", may, joined, {"matched": 2, "refused_by_meaning": 0}, subject_set="s2")
    gated(home, may)
    (row,) = results(home).filter(pl.col("check_name") == "tax_below_income").rows(named=True)
    assert (row["rows"], row["unexpected"]) == (3, 2)


def test_two_calls_of_one_run_make_one_table_and_one_page(tmp_path: Path) -> None:
    home = house(tmp_path, [CARD, CARD.model_copy(update={"source": "annual_tax"})])
    one, two = home.deliver(MAY), home.deliver(MAY, source="annual_tax")
    run_id = home.night()
    gated(home, one, run_id=run_id)
    gated(home, two, run_id=run_id)
    assert set(results(home, run_id)["source"]) == {"tax_withholding", "annual_tax"}
    index = (home.settings.home / "data_docs" / run_id / "index.html").read_text("utf-8")
    assert "tax_withholding.html" in index
    assert "annual_tax.html" in index


def test_a_delivery_nobody_landed_is_an_operators_error(home: House) -> None:
    with pytest.raises(OperatorError, match=r"delivery\.unknown"):
        gated(home, "tax_withholding-ffffffffffff")
