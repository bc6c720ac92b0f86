"""Households that strain a page: twelve members, names of forty characters, rare characters, nothing found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.moment import today
from core.settings import Settings
from ledger import cases, letters
from ledger.case_queue import Filters, page
from ledger.cases import Case
from ledger.run import open_ledger
from tests.publish.nights import DAY, Nights, car, write_rules
from tests.warehouse.centre import Centre, Row, member
from tests.warehouse.rooms import write_rooms
from tests.workbench.browsing import Watched
from tests.workbench.office import EVERYWHERE, Office
from tests.workbench.served import Served, serving
from tests.workbench.test_exports import asked, sheets
from tests.workbench.test_letters import issued
from tests.workbench.test_typesetting import text_of
from workbench.accounts import demonstration_password

WIDTH = 1366
LONG = "阿卜杜热西提·穆罕默德·吐尔逊·买买提明·艾合买提·阿布都克里木·热合曼·依明江"
RARE, SHAPELESS = "𬭎小川", "\U0002e9f5小川"
RELATIONS = ("head", "spouse", *["child"] * 5, *["parent"] * 2, *["grandchild"] * 3)


def person(household: str, key: str, name: str, relation: str = "head", **values: Any) -> Row:
    given = {"姓名": name, "身份证号": "11010519491231002X"}
    told = {"given": given, "relation_code": relation, "region_code": "210106004001", **values}
    return member(household, key, **told)


def people() -> list[Row]:
    """h1: twelve of one name's length; h2: nothing is asked; h3: rare, drawn by the fonts; h4: rare, not drawn."""
    large = [person("h1", f"p{place:02d}", LONG, relation) for place, relation in enumerate(RELATIONS, 1)]
    large[3]["roster_id_state"] = "damaged"
    return [*large, person("h2", "p21", "李明"), person("h3", "p31", RARE), person("h4", "p41", SHAPELESS)]


@pytest.fixture
def unusual(settings_of_each_database: Settings, tmp_path: Path) -> Iterator[Served]:
    """A workbench over one night of these households, on SQLite and on PostgreSQL."""
    small: dict[str, Any] = {"sample_share": 1, "blind_share": 0, "threads": 2, "memory_limit": "1GB"}
    pages = {"sources_folder": write_rooms(tmp_path / "rooms"), "rules_folder": write_rules(tmp_path / "rules")}
    settings = settings_of_each_database.model_copy(update={**small, **pages})
    night = Nights(Centre(settings, open_ledger(settings)))
    cars = [car(key, f"t{key}") for key in ("p01", "p02", "p08", "p31", "p41")]
    night.night(DAY, people(), cars)
    demonstration_password(settings)
    with serving(settings) as one:
        yield one
    one.house.desk.close()


@pytest.fixture
def looked(page: Page, unusual: Served) -> Iterator[Watched]:
    """A browser on it; at the end nothing may have gone wrong."""
    one = Watched(page, unusual)
    yield one
    assert one.trouble == []


def case_of(served: Served, household: str) -> Case:
    listed = page(served.house.desk, EVERYWHERE, Filters(kind=None)).cases
    return next(one for one in listed if one.household_key == household)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_twelve_members_with_long_names_and_a_household_without_questions_fit_the_screen(
    looked: Watched, language: str
) -> None:
    looked.sign_in("supervisor", language)
    assert len(LONG) == 40
    for household in ("h1", "h2", "h3"):
        case = case_of(looked.served, household)
        shown = looked.open(f"/cases/{case.case_id}")
        assert shown.evaluate("document.documentElement.scrollWidth") <= WIDTH, household
        assert looked.unreadable_for_some() == [], household
        assert wider_than_their_card(shown) == [], household
        expect(shown.locator(".people li")).to_have_count(case.member_count)
    assert case_of(looked.served, "h1").member_count == 12
    nothing = looked.open(f"/cases/{case_of(looked.served, 'h2').case_id}")
    assert nothing.locator("[data-question]").count() == 0
    assert {"zh": "本夜没有疑问", "en": "No question tonight"}[language] in nothing.locator("#conclusion").inner_text()
    for address in ("/queue?view=all", "/letters", "/exports", "/objections"):
        assert looked.open(address).evaluate("document.documentElement.scrollWidth") <= WIDTH, address


def test_their_letters_are_whole_or_say_which_character_the_font_lacks(unusual: Served) -> None:
    large = Office(unusual, case_id=case_of(unusual, "h1").case_id)
    text = draft_of(large, "notice")
    assert text.count("阿" + "*" * 39) == 1
    assert draft_of(large, "visit").count("阿" + "*" * 39) == 12
    assert "𬭎**" in draft_of(Office(unusual, case_id=case_of(unusual, "h3").case_id), "notice")
    lacking = Office(unusual, case_id=case_of(unusual, "h4").case_id)
    lacking.does("analyst", "claim")
    lacking.who("analyst").post(f"/cases/{lacking.case_id}/letters", {"kind": "notice"})
    [letter] = letters.of_case(unusual.house.desk, EVERYWHERE, lacking.case_id)
    answer = lacking.who("analyst").get(f"/letters/{letter.letter_id}/draft.pdf")
    assert answer.status_code == 409
    assert "收件人 addressee U+2E9F5" in answer.text
    lacking.who("analyst").post(f"/letters/{letter.letter_id}/check", {})
    assert lacking.who("issuer").post(f"/letters/{letter.letter_id}/issue", {}).status_code == 409
    [letter] = letters.of_case(unusual.house.desk, EVERYWHERE, lacking.case_id)
    assert letter.state == "checked"


def test_a_household_without_questions_is_asked_nothing_and_its_report_says_what_was_looked_at(unusual: Served) -> None:
    office = Office(unusual, case_id=case_of(unusual, "h2").case_id)
    office.does("analyst", "claim")
    assert office.who("analyst").post(f"/cases/{office.case_id}/letters", {"kind": "notice"}).status_code == 409
    office.decides_first(outcome="nothing_found")
    text = draft_of(office, "report")
    assert "所查来源中没有发现与申报不一致之处" in text
    assert "未能查看的来源不在此列" in text


def test_the_whole_way_to_letter_objection_and_export_is_the_same_on_both_databases(unusual: Served) -> None:
    office = Office(unusual, case_id=case_of(unusual, "h1").case_id)
    office.closes_adversely()
    letter = issued(office, "conclusion")
    assert letter.issued is not None
    printed = office.who("issuer").post(f"/letters/{letter.letter_id}/print", {}).content
    assert hashlib.sha256(printed).hexdigest() == letter.issued.sha256
    verified = office.who("auditor").post("/verify", {"code": letter.issued.verification_code})
    assert letter.contents_sha256 in verified.text
    told = {"objection_date": today(), "channel": "visit", "objected": "车已转让"}
    office.does("analyst", "objection", **told)
    assert "车已转让" in office.who("supervisor").get("/objections").text
    supervisor = office.who("supervisor")
    rows, _ = sheets(supervisor.post(f"/exports/{asked(supervisor)}/file", {}).content)
    assert {row[9] for row in rows[1:]} >= {"阿" + "*" * 39, "𬭎**"}


def draft_of(office: Office, kind: str) -> str:
    """The words of a letter's draft."""
    desk = office.served.house.desk
    case = cases.get(desk, EVERYWHERE, office.case_id)
    assert case is not None
    if case.assignee is None:
        office.does("analyst", "claim")
    answer = office.who("analyst").post(f"/cases/{office.case_id}/letters", {"kind": kind})
    assert answer.status_code == 303, answer.status_code
    return text_of(office.who("analyst").get(f"{answer.headers['location']}/draft.pdf").content)


def wider_than_their_card(shown: Page) -> list[str]:
    """Cards whose words run over their edge; a table may be scrolled within its own frame."""
    script = """() => [...document.querySelectorAll(".card")]
        .filter(card => card.scrollWidth > card.clientWidth + 1)
        .map(card => card.getAttribute("aria-labelledby") || card.id)"""
    found: list[str] = shown.evaluate(script)
    return found
