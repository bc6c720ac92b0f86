"""Letters of a case through the pages: drafted, checked, issued by another person, printed, verified."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest

from ledger import audit, cases, decisions, letters
from ledger.case_queue import Filters, page
from ledger.letters import Letter
from publish.people import open_people
from tests.workbench.office import EVERYWHERE, Office
from tests.workbench.served import Served
from tests.workbench.test_typesetting import text_of
from workbench.letters.sections import FAVOUR, without_request
from workbench.letters.words import span_in_words


@pytest.fixture
def office(own_served: Served) -> Office:
    return Office(own_served)


def drafted(office: Office, kind: str, by: str = "analyst") -> int:
    answer = office.who(by).post(f"/cases/{office.case_id}/letters", {"kind": kind})
    assert answer.status_code == 303, answer.status_code
    return int(answer.headers["location"].rsplit("/", 1)[1])


def issued(office: Office, kind: str) -> Letter:
    letter_id = drafted(office, kind)
    assert office.who("reviewer").post(f"/letters/{letter_id}/check", {}).status_code == 303
    assert office.who("issuer").post(f"/letters/{letter_id}/issue", {}).status_code == 303
    return kept(office, letter_id)


def kept(office: Office, letter_id: int) -> Letter:
    found = letters.get(office.served.house.desk, EVERYWHERE, letter_id)
    assert found is not None
    return found


def clear_values(office: Office) -> set[str]:
    house = office.served.house
    run = house.run()
    people = open_people(run.folder, run.run_id, office.case.household_key, ledger=house.desk.ledger)
    return {one[field] for one in people for field in ("name", "id_number")}


def test_the_notice_asks_with_clause_figures_and_the_way_to_object(office: Office) -> None:
    office.does("analyst", "claim")
    letter_id = drafted(office, "notice")
    shown = office.who("analyst").get(f"/letters/{letter_id}/draft.pdf")
    assert shown.headers["content-type"] == "application/pdf"
    text = text_of(shown.content)
    question = office.served.house.pages[str(office.case.rule_top)].card
    for words in (question.title.zh, *(one.article.zh for one in question.basis), "所用标准", "这样的记录可能是因为"):
        assert "".join(words.split()) in text
    for words in ("不是结论", "30日内", "逾期没有答复，不会因此作出不利于您家的意见", "异议", "行政复议", "草稿"):
        assert words in text
    assert not any(value in text for value in clear_values(office))


def test_a_letter_tells_the_household_what_was_seen_and_not_what_the_office_is_asked_to_do(office: Office) -> None:
    assert without_request("申报中没有工资，请与家庭核实。") == "申报中没有工资。"
    assert without_request("标准760元。请逐行核对核算表；按收入可看的救助：低保。") == "标准760元。"
    assert without_request("期内按规定继续保障。") == "期内按规定继续保障。"
    for rule in office.served.house.pages.values():
        for words in (rule.card.sentence, *rule.card.sentence_when.values()):
            told = without_request(words.zh)
            assert len(told) > 12, words.zh
            assert "请" not in told.replace("申请", ""), words.zh
    office.does("analyst", "claim")
    text = text_of(office.who("analyst").get(f"/letters/{drafted(office, 'notice')}/draft.pdf").content)
    assert "核实。期间" not in text
    assert not any(piece in text for piece in ("请与家庭", "请了解情况", "请核对", "请家庭"))


def test_a_request_for_papers_says_what_the_household_may_show_not_what_staff_should_do(office: Office) -> None:
    office.does("analyst", "claim")
    letter_id = drafted(office, "supplement")
    text = text_of(office.who("analyst").get(f"/letters/{letter_id}/draft.pdf").content)
    card = office.served.house.pages[str(office.case.rule_top)].card
    assert card.materials is not None
    assert "".join(card.materials.zh.split()) in text
    assert "".join(card.resolve.zh.split()) not in text


def test_what_speaks_for_a_household_stands_in_its_letter_under_its_own_heading(own_served: Served) -> None:
    house = own_served.house
    favours = {code for code, one in house.pages.items() if one.card.family == FAVOUR}
    asks = {code for code, one in house.pages.items() if one.card.concerns == "household"} - favours
    both, alone = 0, 0
    for case in page(house.desk, EVERYWHERE, Filters(), size=500).cases:
        rules = {one.rule for one in cases.flags(house.desk, EVERYWHERE, case.case_id) if one.open}
        to_household = rules & (favours | asks)
        if case.assignee or not to_household & favours or (both if to_household & asks else alone):
            continue
        office = Office(own_served, case_id=case.case_id)
        office.does("analyst", "claim")
        text = text_of(office.who("analyst").get(f"/letters/{drafted(office, 'notice')}/draft.pdf").content)
        questions, _, speaks_for = text.partition("可能有利于您家的情况")
        for rule in to_household:
            title = "".join(house.pages[rule].card.title.zh.split())
            assert title in (speaks_for if rule in favours else questions)
            assert title not in (questions if rule in favours else speaks_for)
        assert ("一、需要核实的情况" in questions) is bool(to_household & asks)
        both, alone = both + bool(to_household & asks), alone + (not to_household & asks)
    assert (both, alone) == (1, 1)


def test_months_in_letters_are_told_as_people_say_them() -> None:
    assert span_in_words(date(2026, 5, 1), date(2026, 5, 31)) == "2026年5月"
    assert span_in_words(date(2026, 2, 1), date(2026, 5, 31)) == "2026年2月至5月"
    assert span_in_words(date(2025, 12, 1), date(2026, 5, 31)) == "2025年12月至2026年5月"
    assert span_in_words(None, date(2026, 5, 31)) == "2026年5月"
    assert span_in_words(None, None) == "—"


def test_a_letter_is_issued_by_another_person_and_printed_again_to_the_byte(office: Office) -> None:
    office.closes_adversely()
    found = issued(office, "conclusion")
    assert found.issued is not None
    prints = [office.who("issuer").post(f"/letters/{found.letter_id}/print", {}) for _ in range(2)]
    assert prints[0].content == prints[1].content
    assert hashlib.sha256(prints[0].content).hexdigest() == found.issued.sha256
    text = text_of(prints[0].content)
    for words in (found.issued.number, found.issued.verification_code, found.contents_sha256, "申报中没有记载", "两人"):
        assert str(words) in text
    assert not any(value in text for value in clear_values(office))
    acts = audit.entries(office.served.house.desk.ledger)["act"].to_list()
    assert [acts.count(f"letter.{one}") for one in ("drafted", "checked", "issued", "reprinted")] == [1, 1, 1, 2]


def test_who_drafted_a_letter_does_not_issue_it(office: Office) -> None:
    office.does("supervisor", "claim")
    letter_id = drafted(office, "notice", by="supervisor")
    office.who("supervisor").post(f"/letters/{letter_id}/check", {})
    answer = office.who("supervisor").post(f"/letters/{letter_id}/issue", {})
    assert answer.status_code == 409
    assert "拟稿人以外的人签发" in answer.text
    assert kept(office, letter_id).state == "checked"
    assert office.who("analyst").post(f"/letters/{letter_id}/issue", {}).status_code == 403


def test_names_in_clear_are_for_the_issuer_alone_and_for_a_reason(office: Office) -> None:
    office.closes_adversely()
    letter_id = issued(office, "report").letter_id
    address = f"/letters/{letter_id}/print-clear"
    assert office.who("analyst").post(address, {"reason": "送达"}).status_code == 403
    assert "请写明理由" in office.who("issuer").post(address, {"reason": " "}).text
    text = text_of(office.who("issuer").post(address, {"reason": "当面送达家庭"}).content)
    assert all(value in text for value in clear_values(office))
    told = audit.entries(office.served.house.desk.ledger)
    last = told.filter(told["act"] == "letter.printed_clear").to_dicts()
    assert len(last) == 1
    assert "当面送达家庭" in json.dumps(last, ensure_ascii=False, default=str)


def test_a_code_and_a_file_are_verified(office: Office) -> None:
    office.closes_adversely()
    found = issued(office, "report")
    assert found.issued is not None
    code = str(found.issued.verification_code)
    same = office.who("auditor").post("/verify", {"code": code.lower(), "sha256": str(found.issued.sha256)}).text
    assert found.contents_sha256 in same
    assert "与您的文件相同" in same
    assert "与您的文件不同" in office.who("auditor").post("/verify", {"code": code, "sha256": "0" * 64}).text
    assert "没有查到这个验证码" in office.who("auditor").post("/verify", {"code": "AAAA-BBBB-CCCC"}).text
    office.who("issuer").post(f"/letters/{found.letter_id}/void", {"note": "地址有误"})
    assert "已作废" in office.who("auditor").post("/verify", {"code": code}).text


def test_a_letter_is_written_only_where_the_case_stands_for_it(office: Office) -> None:
    office.does("analyst", "claim")
    for kind in ("conclusion", "report", "objection_answer", "correction", "nonsense"):
        answer = office.who("analyst").post(f"/cases/{office.case_id}/letters", {"kind": kind})
        assert answer.status_code == 409, kind
    assert letters.of_case(office.served.house.desk, EVERYWHERE, office.case_id) == []


def test_an_offices_own_omission_is_put_to_no_household(own_served: Served) -> None:
    house = own_served.house
    offices = {code for code, one in house.pages.items() if one.card.concerns != "household"}
    listed = page(house.desk, EVERYWHERE, Filters(), size=500).cases
    case = next(one for one in listed if one.rule_top in offices and one.flag_count == 1)
    office = Office(own_served, case_id=case.case_id)
    office.does("analyst", "claim")
    assert office.who("analyst").post(f"/cases/{case.case_id}/letters", {"kind": "notice"}).status_code == 409


def rows_found_wrong(office: Office) -> dict[str, list[tuple[str, str]]]:
    """Provider → file and line of its rows in the evidence that the first decision froze."""
    frozen = json.loads(decisions.of_case(office.served.house.desk, EVERYWHERE, office.case_id)[0].evidence)
    cards = office.served.house.cards
    found: dict[str, list[tuple[str, str]]] = {}
    for row in (row for question in frozen["questions"] for row in question["rows"]):
        place = (row["file_name"], str(row["line_number"]))
        theirs = found.setdefault(cards[row["source"]].provider.zh, [])
        theirs.extend([place] if place not in theirs else [])
    return found


def test_each_provider_is_asked_about_its_own_rows_by_file_and_line_alone(office: Office) -> None:
    office.does("analyst", "claim")
    office.decides_first(outcome="data_error", verdict="lagged")
    office.does("reviewer", "second", answer="agree")
    wrong = rows_found_wrong(office)
    assert len(wrong) > 1
    for provider, places in wrong.items():
        letter_id = drafted(office, f"correction/{provider}")
        said = letters.contents(office.served.house.desk, EVERYWHERE, letter_id)
        assert said["addressee"] == kept(office, letter_id).provider == provider
        [table] = said["sections"][0]["tables"]
        assert [(row[1], row[2]) for row in table["rows"]] == places
        shown = office.who("analyst").get(f"/letters/{letter_id}").text
        assert provider in shown
        assert not [other for other in wrong if other != provider and other in shown]
    for form in ("correction", "correction/市档案馆"):
        refused = office.who("analyst").post(f"/cases/{office.case_id}/letters", {"kind": form})
        assert refused.status_code == 409, form
    text = text_of(office.who("analyst").get(f"/letters/{letter_id}/draft.pdf").content)
    assert "数据协查函" in text
    assert f"{provider}：" in text
    assert "排除·数据滞后" in text
    assert "户主" not in text
    assert not any(value in text for value in clear_values(office))
