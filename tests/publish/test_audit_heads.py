"""The audit against one who holds the database: a change, a cut end, a whole new chain are found from outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from core.settings import Settings
from ledger import audit, audit_heads, case_work, decisions
from ledger.case_words import Outcome, Verdict
from ledger.schema import audit_entry
from publish.verify import verify_audit
from tests.ledger.workplace import HERE, Workplace, asked, workplace
from tests.publish.nights import DAY, Nights, car, listed

TRIGGERS = ("audit_entry_no_update", "audit_entry_no_delete", "decision_no_update", "flag_verdict_no_delete")


@pytest.fixture
def decided(tmp_path: Path) -> Workplace:
    """A case of an embedded installation, decided by two people."""
    place = workplace(Settings(home=tmp_path))
    place.night(asked("f1", "h1", severity="question"))
    case = place.case("h1")
    case = case_work.claim(place.desk, HERE, case.case_id, by="li", version=case.version)
    given = {one.flag_id: Verdict.DECLARED for one in place.flags(case.case_id)}
    told = {"verdicts": given, "reason_code": "R1", "note": "已申报", "evidence": {"seen": 1}, "rule_versions": {}}
    decisions.first(place.desk, HERE, case.case_id, by="li", version=case.version, outcome=Outcome.EXPLAINED, **told)
    return place


def tamper(place: Workplace, act: Callable[[Connection], object]) -> None:
    """What somebody with the database's own password could do."""
    with place.owner.write() as connection:
        for trigger in TRIGGERS:
            connection.execute(text(f"drop trigger {trigger}"))
        act(connection)


def found(place: Workplace) -> str:
    report = verify_audit(place.owner, place.owner.settings)
    assert not report.whole
    return str(report)


def test_an_untouched_audit_is_whole_and_says_what_no_manifest_vouches_for_yet(decided: Workplace) -> None:
    report = verify_audit(decided.owner, decided.owner.settings)
    assert (report.whole, report.anchored) == (True, 0)
    assert report.after_anchor["case.decided"] == 1
    assert sum(report.after_anchor.values()) == report.entries


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("update audit_entry set by_whom = 'x' where sequence = 3", "at entry 3"),
        ("delete from audit_entry where sequence = 2", "at entry 2"),
        ("delete from audit_entry where sequence = (select max(sequence) from audit_entry)", "are gone"),
        ("update audit_entry set sequence = -sequence where sequence in (4, 5)", "at entry 1"),
        ("delete from audit_entry", "are gone"),
        ("update decision set outcome = 'undeclared'", "decision 1 was changed"),
        ("update decision set evidence = '{}'", "decision 1 was changed"),
        ("delete from flag_verdict", "decision 1 was changed"),
    ],
)
def test_whatever_is_changed_or_removed_is_found(decided: Workplace, statement: str, says: str) -> None:
    tamper(decided, lambda connection: connection.execute(text(statement)))
    assert says in found(decided)


def test_two_entries_that_change_places_are_found(decided: Workplace) -> None:
    def act(connection: Connection) -> None:
        for statement in ("-1 where sequence = 4", "4 where sequence = 5", "5 where sequence = -1"):
            connection.execute(text(f"update audit_entry set sequence = {statement}"))  # noqa: S608

    tamper(decided, act)
    assert "at entry 4" in found(decided)


def test_a_chain_written_wholly_anew_with_the_master_key_is_found(decided: Workplace) -> None:
    """The forger has the database and the master key, and leaves out one act; the signed head is not theirs."""
    with decided.owner.read() as connection:
        acts = connection.execute(select(audit_entry).order_by(audit_entry.c.sequence)).mappings().all()
    kept = audit_heads.head_file(decided.owner.settings).read_text()

    def act(connection: Connection) -> None:
        connection.execute(text("delete from audit_entry"))
        for one in (*acts[:-2], acts[-1], acts[-1]):
            told = {"by": one["by_whom"], "subject": one["subject"], "detail": one["detail"]}
            audit.append(connection, decided.owner.settings, one["act"], **told)
        connection.info.clear()

    tamper(decided, act)
    assert audit.verify(decided.owner).whole
    assert audit_heads.head_file(decided.owner.settings).read_text() == kept
    assert "differs from a head" in found(decided)


def test_a_head_that_somebody_else_signed_is_no_head(decided: Workplace) -> None:
    settings = decided.owner.settings
    head = audit_heads.kept(settings)
    assert head is not None
    other = settings.model_copy(update={"audit_key_file": settings.home / "other.key"})
    forged = audit_heads.signed(other, head["sequence"], head["entry_hash"])
    audit_heads.head_file(settings).write_text(json.dumps(forged))
    assert "forged" in found(decided)


def test_a_published_night_anchors_the_chain_and_misses_the_newest_head(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    audit.record(ledger, "policy.released", by="李强", subject="R-VEH-01", detail={})
    nights.night(DAY, [listed("p1")], [car("p1")])
    audit.record(ledger, "policy.withdrawn", by="李强", subject="R-VEH-01", detail={})
    nights.night(DAY + timedelta(days=1), [listed("p1")], [car("p1")])
    audit.record(ledger, "policy.released", by="李强", subject="R-VEH-01", detail={})
    report = verify_audit(ledger, settings)
    assert (report.whole, report.anchored, report.after_anchor) == (True, 2, {"policy.released": 1})
    assert "after the last anchor (2): policy.released 1" in str(report)
    audit_heads.head_file(settings).unlink()
    report = verify_audit(ledger, settings)
    assert not report.whole
    assert "the newest head is gone" in report.what


def test_an_act_whose_head_cannot_be_written_stands_and_the_next_head_covers_it(tmp_path: Path) -> None:
    place = workplace(Settings(home=tmp_path))
    head = audit_heads.head_file(place.owner.settings)
    beside = head.with_name(f".{head.name}.new")
    beside.mkdir()
    audit.record(place.owner, "policy.released", by="李强", subject="R", detail={})
    lagging = audit_heads.kept(place.owner.settings)
    beside.rmdir()
    audit.record(place.owner, "policy.released", by="李强", subject="R", detail={})
    newest = audit_heads.kept(place.owner.settings)
    assert lagging is not None
    assert newest is not None
    assert newest["sequence"] == lagging["sequence"] + 2
    assert verify_audit(place.owner, place.owner.settings).whole


def test_an_act_that_was_rolled_back_leaves_no_head(tmp_path: Path) -> None:
    place = workplace(Settings(home=tmp_path))
    before = audit_heads.kept(place.owner.settings)
    with pytest.raises(RuntimeError), place.owner.write() as connection:
        _appended_then_lost(connection, place)
    assert audit_heads.kept(place.owner.settings) == before


def _appended_then_lost(connection: Connection, place: Workplace) -> None:
    audit.append(connection, place.owner.settings, "x", by="li", subject="x", detail={})
    raise RuntimeError("the writer went away")
