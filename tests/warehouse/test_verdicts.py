from __future__ import annotations

from datetime import date

from core.moment import now
from ledger import verdicts
from tests.warehouse.centre import DAY, Centre, Night, Row, member

LI = {"姓名": "李秀英", "身份证号": "11010519491231002X", "出生日期": "1949-12-31", "地址": "沙市区中山街道彭江路33号"}
CELL = ("p0000001", "cremation", "death", "2026-04-01")


def deceased(**given: str) -> Row:
    """A cremation with the person's number and another name: grade C."""
    row = {**LI, "姓名": "赵刚", **given}
    return {"person_key": "p0000001", "death_date": date(2026, 4, 1), "name_relation": "different", "given": row}


def begin(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", given=LI))
    centre.deliver("cremation", "202604", [deceased()])


def decide(centre: Centre, verdict: str, by: str) -> None:
    """A verdict on the one candidate of the queue, as people give it."""
    columns = "person_key, source, provider_identity_token, subject_fingerprint, provider_fingerprint"
    [(person, source, identity, subject, provider)] = joined(centre).rows(f"select {columns} from identity_queue")  # noqa: S608
    verdicts.give(
        centre.ledger,
        person,
        source,
        identity,
        verdict,
        by=by,
        reason="看过档案",
        subject_fingerprint=subject,
        provider_fingerprint=provider,
    )


def joined(centre: Centre) -> Night:
    return centre.join(DAY, now())


def test_not_the_same_takes_the_row_out_and_coverage_says_by_whose_verdict(centre: Centre) -> None:
    begin(centre)
    decide(centre, "not_same", "王敏")
    night = joined(centre)
    assert night.rows("select * from identity_queue") == []
    assert night.rows("select * from cremation_any_grade") == []
    assert night.cell(*CELL) == ("none", "excluded_by_verdict:王敏")


def test_the_same_needs_two_people_before_it_counts(centre: Centre) -> None:
    begin(centre)
    decide(centre, "same", "王敏")
    assert joined(centre).cell(*CELL) == ("could_not_look", "row_queued")
    decide(centre, "same", "陈刚")
    night = joined(centre)
    assert night.rows("select match_grade from death") == [("H",)]
    assert night.cell(*CELL) == ("found", None)


def test_unsure_leaves_the_row_waiting(centre: Centre) -> None:
    begin(centre)
    decide(centre, "unsure", "王敏")
    assert joined(centre).cell(*CELL) == ("could_not_look", "row_queued")


def test_a_verdict_is_not_known_before_it_was_given(centre: Centre) -> None:
    begin(centre)
    before = now()
    decide(centre, "not_same", "王敏")
    assert centre.join(DAY, before).cell(*CELL) == ("could_not_look", "row_queued")


def test_a_verdict_reopens_when_the_providers_fields_change(centre: Centre) -> None:
    begin(centre)
    decide(centre, "not_same", "王敏")
    centre.deliver("cremation", "202605", [deceased(地址="荆州区江津路8号")])
    assert joined(centre).rows("select grade from identity_queue") == [("C",)]


def test_a_verdict_reopens_when_the_rosters_fields_change(centre: Centre) -> None:
    begin(centre)
    decide(centre, "not_same", "王敏")
    centre.roster(member("h0000001", "p0000001", given={**LI, "姓名": "李秀瑛"}), when="20260618")
    assert joined(centre).rows("select grade from identity_queue") == [("C",)]


def test_a_verdict_holds_for_the_providers_next_rows_about_the_same_identity(centre: Centre) -> None:
    begin(centre)
    decide(centre, "not_same", "王敏")
    centre.deliver("cremation", "202605", [deceased()])
    assert joined(centre).rows("select grade from identity_queue") == []
