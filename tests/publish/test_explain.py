"""Reading findings: filtered, explained down to the line of the file, masked unless someone says why."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from core.errors import OperatorError
from ledger import audit
from publish.erasure import erase_household
from publish.explain import explain, explanation_lines
from publish.findings import findings
from tests.publish.nights import DAY, Nights, car, listed

NUMBER = "11010519491231002X"
PEOPLE = [listed("p1", roster_id_state="damaged"), listed("p2")]


@pytest.fixture
def key(nights: Nights) -> str:
    """The finding on p2's vehicle."""
    nights.night(DAY, PEOPLE, [car("p2")])
    return str(findings(settings=nights.centre.settings, rule="R-VEH-01")["finding_key"][0])


def test_findings_are_those_of_the_current_run_or_of_a_named_one(nights: Nights) -> None:
    settings = nights.centre.settings
    with pytest.raises(OperatorError, match=r"run\.none_current"):
        findings(settings=settings)
    first = nights.night(DAY, PEOPLE, [car("p2")])
    nights.night(DAY + timedelta(days=1), PEOPLE, [])
    assert findings(settings=settings)["rule"].to_list() == ["R-ID-01"]
    assert findings(first.run_id, settings=settings).height == 2
    with pytest.raises(OperatorError, match=r"run\.unknown"):
        findings("nothing", settings=settings)


def test_findings_are_filtered_by_rule_page_and_value(nights: Nights, key: str) -> None:
    settings = nights.centre.settings
    assert findings(settings=settings, rule="property/vehicle_on_record")["finding_key"].to_list() == [key]
    assert findings(settings=settings, filters={"household_key": "h1"})["rule"].to_list() == ["R-ID-01"]
    with pytest.raises(OperatorError, match=r"findings\.rule"):
        findings(settings=settings, rule="R-NO-01")
    with pytest.raises(OperatorError, match=r"findings\.filter"):
        findings(settings=settings, filters={"name": "王"})


def test_evidence_is_resolved_to_file_line_and_hash_with_masked_values(nights: Nights, key: str) -> None:
    told = explain(key[:8], settings=nights.centre.settings)
    [row] = told["evidence"]
    assert (row["source"], row["file_name"], row["line_number"]) == ("vehicle", f"vehicle_{DAY:%Y%m%d}.csv", 2)
    assert row["row_hash"] == "hash-t1"
    assert row["delivered"] == {"姓名": "王***", "身份证号": "110105********002X"}
    assert told["members"] == [{"person_key": "p2", "name": "王***", "id_number": "110105********002X"}]
    assert [step["state"] for step in told["life"]] == ["new"]
    assert told["rule"]["as_asked"] is True
    assert NUMBER not in json.dumps(told, ensure_ascii=False)
    assert audit.entries(nights.centre.ledger).is_empty()
    lines = "\n".join(explanation_lines(told))
    assert "请核对" in lines
    assert f"vehicle_{DAY:%Y%m%d}.csv line 2" in lines
    assert "录入有误" in lines


def test_values_are_shown_to_a_named_person_with_a_reason_and_that_is_audited(nights: Nights, key: str) -> None:
    settings = nights.centre.settings
    for reason, by in ((None, "李强"), ("call the household", " ")):
        with pytest.raises(OperatorError, match=r"explain\.reveal"):
            explain(key, settings=settings, reveal=True, reason=reason, by=by)
    told = explain(key, settings=settings, reveal=True, reason="call the household", by="李强")
    assert told["evidence"][0]["delivered"] == {"姓名": "王小p2", "身份证号": NUMBER}
    assert told["members"][0]["name"] == "王小p2"
    [act] = audit.entries(nights.centre.ledger).select("act", "by_whom", "subject").rows()
    assert act == ("finding.revealed", "李强", key)


def test_after_an_erasure_the_finding_stays_and_its_values_do_not(nights: Nights, key: str) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    erase_household("h2", reason="retention", by="王燕", ledger=ledger, settings=settings)
    told = explain(key, settings=settings, reveal=True, reason="objection", by="李强")
    assert told["finding"]["finding_key"] == key
    assert told["evidence"][0]["delivered"] is None
    assert "erased" in told["evidence"][0]["note"]
    assert "erased" in told["members"][0]["note"]
    assert "王小" not in json.dumps(told, ensure_ascii=False)


def test_amounts_and_empty_cells_are_told_as_people_write_them(nights: Nights, key: str) -> None:
    told = explain(key, settings=nights.centre.settings)
    told["finding"] |= {"declared_yuan": None, "found_yuan": "1520", "difference_yuan": "-1150.5"}
    told["evidence"][0]["delivered"] |= {"停发日期": None}
    lines = explanation_lines(told)
    assert "declared — · found ¥1,520.00 · difference -¥1,150.50 per None" in lines
    assert "      停发日期: —" in lines
    assert not any("  ·" in line for line in lines)


def test_a_key_that_is_unknown_or_too_short_is_the_operators_question(nights: Nights, key: str) -> None:
    assert key
    for cut in ("zzzz", ""):
        with pytest.raises(OperatorError, match=r"finding\.unknown"):
            explain(cut, settings=nights.centre.settings)
