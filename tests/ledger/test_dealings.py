"""Objections, letters, reveals, exports, jobs and the timeline: each with its own second person or reason."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.errors import OperatorError
from core.moment import now, today
from ledger import (
    audit,
    audited_records,
    case_timeline,
    case_work,
    cases,
    exports,
    figures,
    jobs,
    letters,
    objections,
    reveals,
)
from ledger import saved_filters as filters
from ledger.case_words import Kind, Outcome, Role, Status, Verdict
from ledger.exports import Shown
from ledger.migrate import configuration
from tests.ledger.test_decisions import claimed, close, first, refused, second
from tests.ledger.workplace import ELSEWHERE, HERE, Workplace, asked


def closed(place: Workplace) -> int:
    claimed(place)
    first(place, outcome=Outcome.EXPLAINED, verdict=Verdict.DECLARED)
    second(place)
    return close(place).case_id


def object_to(place: Workplace, case_id: int) -> int:
    told = {"by": "chen", "received_date": today(), "channel": "来访", "summary": "对结论有异议"}
    return objections.open_objection(place.desk, HERE, case_id, **told)


def test_an_objection_reopens_the_case_for_people_who_had_not_decided(place: Workplace) -> None:
    case_id = closed(place)
    objection = object_to(place, case_id)
    case = place.case("h1")
    assert (case.status, case.round, case.outcome, case.assignee) == (Status.NEW, 2, None, None)
    case = case_work.claim(place.desk, HERE, case_id, by="li", version=case.version)
    refused("case.objected_reviewer", lambda: first(place, outcome=Outcome.EXPLAINED, verdict=Verdict.DECLARED))
    case_work.assign(place.desk, HERE, case_id, to="zhang", by="chen", version=case.version)
    first(place, by="zhang", outcome=Outcome.EXPLAINED, verdict=Verdict.DECLARED)
    refused("case.objected_reviewer", lambda: second(place, by="wang"))
    unready: dict[str, Any] = {"by": "zhao", "outcome": "rejected", "note": "复核无误"}
    refused("objection.not_yet", lambda: objections.answer(place.desk, HERE, objection, **unready))
    second(place, by="zhao")
    for involved in ("li", "wang"):
        answering: dict[str, Any] = {"by": involved, "outcome": "rejected", "note": "复核无误"}
        refused(
            "case.objected_reviewer",
            lambda told=answering: objections.answer(place.desk, HERE, objection, **told),
        )
    objections.answer(place.desk, HERE, objection, by="zhao", outcome="partly", note="部分成立")
    assert objections.listed(place.desk, HERE) == []
    assert [one.outcome for one in objections.listed(place.desk, HERE, open_only=False)] == ["partly"]


def test_only_a_closed_case_is_objected_to(place: Workplace) -> None:
    claimed(place)
    refused("case.transition", lambda: object_to(place, place.case("h1").case_id))


def drafted(place: Workplace, case_id: int, kind: str = "report", by: str = "li") -> int:
    told: dict[str, Any] = {"by": by, "kind": kind, "template_version": "1", "contents": {"title": kind}}
    return letters.draft(place.desk, HERE, case_id, **told)


def issued(place: Workplace, letter_id: int, code: str, by: str = "sun", pdf: bytes = b"pdf") -> str:
    printed: dict[str, Any] = {"verification_code": code, "printed": lambda number, day: pdf + number.encode()}
    return letters.issue(place.desk, HERE, letter_id, by=by, **printed)


def test_letters_are_issued_by_another_person_under_numbers_without_gaps(place: Workplace) -> None:
    case_id = closed(place)
    made = [drafted(place, case_id) for _ in range(3)]
    numbers = []
    for number, letter_id in enumerate(made):
        refused("letter.order", lambda one=letter_id, n=number: issued(place, one, f"code{n}"))
        letters.check(place.desk, HERE, letter_id, by="zhang")
        refused("letter.four_eyes", lambda one=letter_id, n=number: issued(place, one, f"code{n}", by="li"))
        numbers.append(issued(place, letter_id, f"code{number}"))
    assert numbers == [f"核报〔{today().year}〕{n}号" for n in (1, 2, 3)]
    letters.deliver(place.desk, HERE, made[0], by="sun")
    letters.reprint(place.desk, HERE, made[0], by="sun")
    letters.void(place.desk, HERE, made[1], by="sun", note="地址有误")
    assert [one.state for one in reversed(letters.listed(place.desk, HERE))] == ["delivered", "voided", "issued"]
    refused("letter.order", lambda: letters.deliver(place.desk, HERE, made[1], by="sun"))
    found = letters.by_code(place.desk, HERE, "code0")
    assert found is not None
    assert (found.letter_id, letters.by_code(place.desk, ELSEWHERE, "code0")) == (made[0], None)


def test_a_letter_keeps_what_it_says_and_the_hash_of_what_was_printed(place: Workplace) -> None:
    letter_id = drafted(place, closed(place), kind="conclusion")
    assert letters.contents(place.desk, HERE, letter_id) == {"title": "conclusion"}
    refused("letter.unknown", lambda: letters.contents(place.desk, ELSEWHERE, letter_id))
    letters.check(place.desk, HERE, letter_id, by="li")
    number = issued(place, letter_id, "code")
    found = letters.get(place.desk, HERE, letter_id)
    assert found is not None
    assert found.issued is not None
    assert found.issued.sha256 == hashlib.sha256(b"pdf" + number.encode()).hexdigest()
    with pytest.raises(DBAPIError, match="append-only"), place.owner.write() as connection:
        connection.execute(text("update letter_contents set contents = '{}'"))


def test_letters_outlive_the_remaking_of_their_table(place: Workplace) -> None:
    letter_id = drafted(place, closed(place))
    letters.check(place.desk, HERE, letter_id, by="zhang")
    config = configuration(place.owner.engine)
    command.downgrade(config, "0007")
    command.upgrade(config, "head")
    joined = "select l.sequence, l.kind, e.kind from letter l join letter_event e on e.letter_id = l.sequence"
    with place.owner.read() as connection:
        assert connection.execute(text(joined)).all() == [(letter_id, "report", "checked")]
    for statement in ("update letter set kind = 'visit'", "delete from letter"):
        with pytest.raises(DBAPIError, match="append-only"), place.owner.write() as connection:
            connection.execute(text(statement))
    assert drafted(place, place.case("h1").case_id, kind="conclusion") > letter_id


def test_a_letter_that_cannot_be_printed_uses_no_number(place: Workplace) -> None:
    case_id = closed(place)
    broken, whole = drafted(place, case_id), drafted(place, case_id)
    for letter_id in (broken, whole):
        letters.check(place.desk, HERE, letter_id, by="li")

    def unprintable(number: str, day: date) -> bytes:
        raise OperatorError("letter.glyph", "a character has no shape", where="letter", todo="write it by hand")

    failing: dict[str, Any] = {"by": "sun", "verification_code": "a", "printed": unprintable}
    refused("letter.glyph", lambda: letters.issue(place.desk, HERE, broken, **failing))
    assert issued(place, whole, "b").endswith("〕1号")


def look(place: Workplace, by: str, **how: Any) -> reveals.Revealed:
    told: dict[str, Any] = {"person_key": "p1", "field": "name", "reason_code": "call", "reason": "电话核实"}
    told |= {"address": "10.0.0.1", "open_value": lambda: "王小明", **how}
    return reveals.reveal(place.desk, HERE, place.case("h1").case_id, by=by, **told)


def test_only_who_works_on_the_case_sees_a_clear_value_and_it_is_recorded_first(place: Workplace) -> None:
    claimed(place)
    shown = look(place, "li")
    assert (shown.value, shown.count_today) == ("王小明", 1)
    refused("reveal.refused", lambda: look(place, "zhang"))
    refused("reveal.refused", lambda: look(place, "wang"))
    assert look(place, "chen").value == "王小明"
    told = reveals.entries(place.desk, HERE, since=shown.until.replace(year=2000), until=now())
    assert [(one.actor, one.field, one.reason) for one in told] == [
        ("li", "name", "电话核实"),
        ("chen", "name", "电话核实"),
    ]
    acts = audit.entries(place.owner)
    assert len(acts.filter(acts["act"] == "field.revealed")) == 2
    assert "王小明" not in "".join(acts["detail"])


def test_a_look_without_reason_or_beyond_the_limit_is_refused_and_a_failed_one_leaves_no_trace(
    place: Workplace,
) -> None:
    claimed(place)
    refused("case.words", lambda: look(place, "li", reason=" "))

    def broken() -> str:
        raise OperatorError("key.erased", "gone", where="h1", todo="nothing")

    refused("key.erased", lambda: look(place, "li", open_value=broken))
    assert reveals.count_today(place.desk, HERE, "li") == 0
    place.desk.settings.reveal_daily_limit = 1
    look(place, "li")
    refused("reveal.limit", lambda: look(place, "li"))
    with pytest.raises(DBAPIError, match="append-only"), place.owner.write() as connection:
        connection.execute(text("delete from reveal"))


def test_after_the_close_only_a_supervisor_looks(place: Workplace) -> None:
    closed(place)
    refused("reveal.refused", lambda: look(place, "li"))
    assert look(place, "chen").count_today == 1


def test_an_export_of_clear_values_takes_another_persons_approval(place: Workplace) -> None:
    told: dict[str, Any] = {"filters": {"status": "new"}, "prefixes": ["210106"], "rows": 10, "reason": "季度检查"}
    refused("export.recipient", lambda: exports.ask(place.ledger, by="li", clear=True, **told))
    refused("export.recipient", lambda: exports.ask(place.ledger, by="li", clear=True, recipient=" ", **told))
    many = {**told, "rows": place.desk.settings.clear_export_rows + 1, "recipient": "区民政局 钱某"}
    refused("export.too_many", lambda: exports.ask(place.ledger, by="li", clear=True, **many))
    export = exports.ask(place.ledger, by="li", clear=True, recipient="区民政局 钱某", **told)
    claimed(place)
    shown = [Shown(place.case("h1").case_id, "p1")]
    file: dict[str, Any] = {"path": "exports/1.xlsx.sealed", "sha256": "a" * 64, "rows": 1}
    with_people = {**file, "shown": shown}
    refused("export.four_eyes", lambda: exports.made_in_clear(place.desk, HERE, export, **with_people))
    for by in ("li", "wang"):
        refused("export.four_eyes", lambda by=by: exports.approve(place.ledger, export, by=by))
    exports.approve(place.ledger, export, by="chen")
    refused("export.four_eyes", lambda: exports.made(place.ledger, export, **file))
    exports.made_in_clear(place.desk, HERE, export, **with_people)
    refused("export.four_eyes", lambda: exports.made_in_clear(place.desk, HERE, export, **with_people))
    exports.downloaded(place.ledger, export, by="li")
    [told_once] = audit.entries(place.ledger).filter(act="export.revealed")["detail"]
    assert '"rows": 1' in str(told_once).replace("'", '"')
    assert audited_records.faults(place.owner) == []
    assert "export_reveal" in {one.kind for one in case_timeline.timeline(place.desk, HERE, shown[0].case_id)}
    assert [one.downloads for one in exports.listed(place.ledger, by="li")] == [1]
    widened = "update export set filters = '{}'"
    with pytest.raises(DBAPIError, match=r"hedui:export\.four_eyes"), place.owner.write() as connection:
        connection.execute(text(widened))


def test_an_export_is_refused_by_another_supervisor_with_a_reason_and_stays_refused(place: Workplace) -> None:
    told: dict[str, Any] = {"filters": {}, "prefixes": ["210106"], "rows": 10, "reason": "协查", "recipient": "钱某"}
    export = exports.ask(place.ledger, by="li", clear=True, **told)
    refused("export.why_refused", lambda: exports.refuse(place.ledger, export, by="chen", why=" "))
    for by in ("li", "wang"):
        refused("export.four_eyes", lambda by=by: exports.refuse(place.ledger, export, by=by, why="用途不明"))
    exports.refuse(place.ledger, export, by="chen", why=" 用途不明 ")
    [kept] = exports.listed(place.ledger, by="li")
    assert (kept.refused_by, kept.refused_why, kept.may_be_made, kept.waits) == ("chen", "用途不明", False, False)
    [told_once] = audit.entries(place.ledger).filter(act="export.refused")["detail"]
    assert "用途不明" in str(told_once)
    refused("export.four_eyes", lambda: exports.approve(place.ledger, export, by="chen"))
    refused("export.four_eyes", lambda: exports.refuse(place.ledger, export, by="chen", why="再次"))
    for forged in (
        "update export set approved_by = 'chen', approved_at = at",
        "update export set refused_by = null, refused_why = null",
        "update export set made_at = at, path = 'x'",
        "update export set refused_why = '改写'",
    ):
        with (
            pytest.raises(DBAPIError, match=r"hedui:export\.(four_eyes|why_refused)"),
            place.owner.write() as connection,
        ):
            connection.execute(text(forged))
    asked = exports.ask(place.ledger, by="li", clear=True, **told)
    exports.approve(place.ledger, asked, by="chen")
    refused("export.four_eyes", lambda: exports.refuse(place.ledger, asked, by="chen", why="迟了"))
    late = "update export set refused_by = 'chen', refused_why = '迟了', refused_at = at where approved_by is not null"
    with pytest.raises(DBAPIError, match=r"hedui:export\.four_eyes"), place.owner.write() as connection:
        connection.execute(text(late))


def test_the_database_lets_no_clear_value_out_by_one_person(place: Workplace) -> None:
    told: dict[str, Any] = {"filters": {}, "prefixes": ["210106"], "rows": 10, "reason": "协查", "recipient": "钱某"}
    exports.ask(place.ledger, by="chen", clear=True, **told)
    for forged in (
        "update export set made_at = at, path = 'x'",
        "update export set approved_by = 'wang', approved_at = at",
        "update export set approved_by = 'chen', approved_at = at",
        "update export set recipient = 'somebody'",
    ):
        with pytest.raises(DBAPIError, match=r"hedui:export\.four_eyes"), place.owner.write() as connection:
            connection.execute(text(forged))
    place.hire("qian", Role.SUPERVISOR)
    exports.approve(place.ledger, 1, by="qian")
    with pytest.raises(DBAPIError, match=r"hedui:export\.unrecorded"), place.owner.write() as connection:
        connection.execute(text("update export set made_at = at, path = 'x'"))


def test_whose_values_an_export_held_can_be_neither_changed_nor_forgotten(place: Workplace) -> None:
    claimed(place)
    told: dict[str, Any] = {"filters": {}, "prefixes": ["210106"], "rows": 1, "reason": "协查", "recipient": "钱某"}
    export = exports.ask(place.ledger, by="li", clear=True, **told)
    exports.approve(place.ledger, export, by="chen")
    shown = [Shown(place.case("h1").case_id, "p1")]
    exports.made_in_clear(place.desk, HERE, export, path="x", sha256="a" * 64, rows=1, shown=shown)
    for forged in ("update export_reveal set person_key = 'p2'", "delete from export_reveal"):
        with pytest.raises(DBAPIError, match="append-only"), place.owner.write() as connection:
            connection.execute(text(forged))
    slipped_in = (
        "insert into export_reveal (export_id, case_id, person_key, fields, reason, actor, at)"
        " select export_id, case_id, 'p9', fields, reason, actor, at from export_reveal"
    )
    with place.owner.write() as connection:
        connection.execute(text(slipped_in))
    assert audited_records.faults(place.owner) == ["export 1 was changed"]


def test_a_job_has_one_worker_and_is_given_up_after_three_attempts(place: Workplace) -> None:
    assert not jobs.waiting(place.ledger, ["export"])
    job_id = jobs.ask(place.ledger, "export", {"export": 1}, by="li")
    assert jobs.waiting(place.ledger, ["export"])
    assert not jobs.waiting(place.ledger, ["other"])
    taken = jobs.take(place.ledger, "one", ["export"])
    assert taken is not None
    assert jobs.take(place.ledger, "two", ["export"]) is None
    refused("job.not_yours", lambda: jobs.finish(place.ledger, job_id, "two", {}))
    for _ in range(2):
        jobs.fail(place.ledger, job_id, "one", "disk full")
        assert jobs.take(place.ledger, "one", ["export"]) is not None
    jobs.fail(place.ledger, job_id, "one", "disk full")
    assert [(one.state, one.attempts, one.error) for one in jobs.listed(place.ledger, by="li")] == [
        ("failed", 3, "disk full")
    ]
    assert jobs.take(place.ledger, "one", ["export"]) is None


def test_a_job_waits_too_long_only_while_nobody_works(place: Workplace) -> None:
    assert jobs.longest_wait(place.ledger, ["export"]) is None
    for _ in range(2):
        jobs.ask(place.ledger, "export", {"export": 1}, by="li")
    assert jobs.longest_wait(place.ledger, ["other"]) is None
    waited = jobs.longest_wait(place.ledger, ["export"])
    assert waited is not None
    assert waited > timedelta(0)
    taken = jobs.take(place.ledger, "one", ["export"])
    assert taken is not None
    assert jobs.longest_wait(place.ledger, ["export"]) is None
    jobs.finish(place.ledger, taken.sequence, "one", {})
    assert jobs.longest_wait(place.ledger, ["export"]) is not None


def test_a_job_whose_worker_died_is_taken_over(place: Workplace) -> None:
    job_id = jobs.ask(place.ledger, "export", {}, by="li")
    assert jobs.take(place.ledger, "dead", ["export"], lease_seconds=-1) is not None
    assert jobs.take(place.ledger, "next", ["export"]) is not None
    refused("job.not_yours", lambda: jobs.finish(place.ledger, job_id, "dead", {}))
    jobs.progress(place.ledger, job_id, "next", 1, 2)
    jobs.finish(place.ledger, job_id, "next", {"rows": 2})
    found = jobs.get(place.ledger, job_id)
    assert found is not None
    assert (found.state, found.done, found.result) == ("done", 1, {"rows": 2})


def test_filters_are_kept_by_name_and_person(place: Workplace) -> None:
    filters.save(place.ledger, "li", "本周", {"county": "210106"})
    filters.save(place.ledger, "li", "本周", {"county": "210107"})
    filters.save(place.ledger, "zhang", "本周", {})
    assert filters.listed(place.ledger, "li") == {"本周": {"county": "210107"}}
    filters.remove(place.ledger, "li", "本周")
    assert filters.listed(place.ledger, "li") == {}


def test_the_timeline_tells_everything_in_order(place: Workplace) -> None:
    case_id = closed(place)
    cases.comment(place.desk, HERE, case_id, by="chen", text="归档")
    object_to(place, case_id)
    told = case_timeline.timeline(place.desk, HERE, case_id)
    assert [one.at for one in told] == sorted(one.at for one in told)
    kinds = [one.kind for one in told if one.kind != "case_event"]
    assert kinds == ["decision", "decision", "case_comment", "objection"]
    statuses = [one.what for one in told if one.kind == "case_event"]
    assert statuses == ["waiting", "new", "review", "second", "issue", "closed", "new"]
    assert case_timeline.timeline(place.desk, ELSEWHERE, case_id) == []


def test_figures_count_load_verdicts_and_outcomes(place: Workplace) -> None:
    closed(place)
    since = now().replace(year=2000)
    [one] = figures.precision(place.desk, HERE, since=since)
    assert (one.rule, one.confirmed, one.excluded, one.undecided) == ("R-VEH-01", 0, 1, 0)
    assert figures.outcomes(place.desk, HERE, since=since)[Kind.FLAGGED] == {Outcome.EXPLAINED: 1}
    place.night(asked("f1", "h1"), asked("f2", "h2"), asked("f3", "h3"))
    [load] = figures.workload(place.desk, HERE, today=today())
    assert (load.assignee, load.status, load.cases, load.ages) == (None, Status.NEW, 2, {"0-2": 2})
    assert figures.workload(place.desk, ELSEWHERE, today=today()) == []
