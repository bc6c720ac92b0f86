"""The queue: in order, within the scope, exact while rows change, and one winner per case."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.errors import OperatorError
from core.moment import today
from core.sealing import token
from ledger import audit, case_queue, case_work, cases
from ledger.case_queue import Filters
from ledger.case_words import Role, Status
from ledger.keys import token_key
from ledger.refusals import StaleCase
from ledger.scope import Scope
from tests.ledger.workplace import ELSEWHERE, HERE, Workplace, asked, home


def fill(place: Workplace, count: int = 60) -> None:
    kinds = ("question", "urgent", "amount", "eligibility")
    place.night(*(asked(f"f{n}", f"h{n}", severity=kinds[n % 4], rule=f"R-{n % 3}") for n in range(count)))


def pages(place: Workplace, size: int, scope: Scope = HERE) -> list[list[str]]:
    found, after = [], None
    while True:
        page = case_queue.page(place.desk, scope, Filters(), after=after, size=size)
        found.append([case.case_no for case in page.cases])
        if (after := page.after) is None:
            return found


def test_the_gravest_come_first_then_the_oldest(place: Workplace) -> None:
    fill(place)
    order = [(case.severity_rank, case.due_date, case.case_id) for case in place.queue()]
    assert order == sorted(order)
    assert len(order) == 60


def test_pages_show_every_case_once(place: Workplace) -> None:
    fill(place)
    together = [one for page in pages(place, 7) for one in page]
    assert together == [case.case_no for case in place.queue()]
    assert [len(page) for page in pages(place, 20)] == [20, 20, 20]


def test_the_heads_of_many_households_are_read_at_once_and_within_the_scope(place: Workplace) -> None:
    fill(place, 5)
    listed = place.queue()
    heads = cases.heads(place.desk, HERE, [case.case_id for case in listed])
    assert heads == {case.case_id: cases.members(place.desk, HERE, case.case_id)[0] for case in listed}
    assert cases.heads(place.desk, ELSEWHERE, list(heads)) == {}


def test_pages_stay_exact_while_cases_are_claimed_closed_and_opened_around_them(place: Workplace) -> None:
    fill(place)
    everybody = place.queue()
    shown, after, gone = [], None, 0
    while True:
        page = case_queue.page(place.desk, HERE, Filters(), after=after, size=7)
        shown += [case.household_key for case in page.cases]
        case_work.claim(place.desk, HERE, page.cases[0].case_id, by="li", version=page.cases[0].version)
        rest = [f"f{case.household_key[1:]}" for case in everybody]
        place.night(*_without(gone, rest), asked(f"x{gone}", f"hx{gone}", severity="urgent"))
        gone += 1
        if (after := page.after) is None:
            break
    kept = [case.household_key for case in everybody if case.household_key not in [f"h{n}" for n in range(gone)]]
    assert [one for one in shown if one in kept] == kept
    assert len(shown) == len(set(shown))


def _without(gone: int, keys: list[str]) -> list[dict[str, object]]:
    kinds = ("question", "urgent", "amount", "eligibility")
    numbers = sorted(int(key[1:]) for key in keys)
    return [asked(f"f{n}", f"h{n}", severity=kinds[n % 4], rule=f"R-{n % 3}") for n in numbers if n > gone] + [
        asked(f"x{n}", f"hx{n}", severity="urgent") for n in range(gone)
    ]


def test_eight_people_claim_one_case_and_one_gets_it(place: Workplace) -> None:
    place.night(asked("f1", "h1"))
    case = place.case("h1")
    people = [f"analyst{number}" for number in range(8)]
    for one in people:
        place.hire(one, Role.ANALYST)
    won, lost = [], []
    together = threading.Barrier(8)

    def race(by: str) -> None:
        together.wait()
        try:
            won.append(case_work.claim(place.desk, HERE, case.case_id, by=by, version=case.version))
        except StaleCase:
            lost.append(by)

    threads = [threading.Thread(target=race, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    assert place.case("h1").assignee == won[0].assignee


def test_next_hands_out_the_gravest_case_that_nobody_has(place: Workplace) -> None:
    place.night(asked("f1", "h1", severity="amount"), asked("f2", "h2", severity="urgent"))
    handed = [case_queue.next_case(place.desk, HERE, Filters(), by=by) for by in ("li", "zhang", "li")]
    assert [one and one.household_key for one in handed] == ["h2", "h1", None]


def test_a_lease_that_ran_out_lets_another_claim(place: Workplace) -> None:
    place.night(asked("f1", "h1"))
    case = place.case("h1")
    mine = case_work.claim(place.desk, HERE, case.case_id, by="li", version=case.version)
    with pytest.raises(StaleCase):
        case_work.claim(place.desk, HERE, case.case_id, by="zhang", version=mine.version)
    place.desk.settings.lease_hours = -1
    mine = case_work.extend(place.desk, HERE, case.case_id, by="li", version=mine.version)
    theirs = case_queue.next_case(place.desk, HERE, Filters(unassigned=True), by="zhang")
    assert theirs is not None
    assert (theirs.case_id, theirs.assignee) == (case.case_id, "zhang")


def test_a_case_is_laid_aside_with_a_reason_and_taken_up_again(place: Workplace) -> None:
    place.night(asked("f1", "h1"))
    case = place.case("h1")
    case = case_work.claim(place.desk, HERE, case.case_id, by="li", version=case.version)
    until = today() + timedelta(days=3)
    with pytest.raises(OperatorError, match=r"case\.snooze"):
        case_work.snooze(place.desk, HERE, case.case_id, by="li", version=case.version, until=until, reason=" ")
    case = case_work.snooze(place.desk, HERE, case.case_id, by="li", version=case.version, until=until, reason="出差")
    assert (case.status, case.snoozed_until_date) == (Status.SNOOZED, until)
    case = case_work.resume(place.desk, HERE, case.case_id, by="li", version=case.version)
    case = case_work.release(place.desk, HERE, case.case_id, by="li", version=case.version)
    assert (case.status, case.assignee) == (Status.NEW, None)


def test_outside_the_scope_there_is_nothing_to_see_or_do(place: Workplace) -> None:
    homes = [home("h1", "210106003002"), home("h2", "210106004001"), home("h3", "330102001001")]
    place.night(*(asked(f"f{n}", f"h{n}") for n in (1, 2, 3)), homes=homes)
    town = Scope(("210106003",))
    assert [case.household_key for case in place.queue(town)] == ["h1"]
    assert place.queue(Scope(())) == []
    assert len(place.queue(Scope(("210106003", "3301")))) == 2
    other = place.queue(Scope(("3301",)))[0]
    assert cases.get(place.desk, HERE, other.case_id) is None
    assert cases.flags(place.desk, HERE, other.case_id) == []
    assert cases.members(place.desk, HERE, other.case_id) == []
    assert case_queue.count(place.desk, town, Filters()) == 1
    assert sum(one.cases for one in case_queue.facets(place.desk, HERE, Filters())) == 2
    with pytest.raises(OperatorError, match=r"case\.unknown"):
        case_work.claim(place.desk, HERE, other.case_id, by="li", version=other.version)


def test_filters_narrow_the_queue(place: Workplace) -> None:
    fill(place, 12)
    assert {case.rule_top for case in place.queue(rule="R-1")} == {"R-1"}
    assert len(place.queue(severity="urgent")) == 3
    # Two severities of one rank are told apart, by themselves and with a rule.
    assert len(place.queue(severity="eligibility")) == 3
    assert place.queue(severity="favourable") == place.queue(severity="favourable", rule="R-0") == []
    assert {case.severity for case in place.queue(severity="eligibility", rule="R-0")} == {"eligibility"}
    assert len(place.queue(overdue_on=today() + timedelta(days=100))) == 12
    assert place.queue(overdue_on=today()) == []
    assert case_queue.count(place.desk, HERE, Filters(), limit=5) == 5
    assert place.queue(assignee="li") == []
    with pytest.raises(OperatorError, match=r"queue\.mark"):
        case_queue.page(place.desk, HERE, Filters(), after="nonsense")


def test_a_search_finds_by_hashed_number_or_masked_form_and_is_audited_without_them(place: Workplace) -> None:
    place.night(asked("f1", "h1"))
    number = "11010519491231002X"
    with place.owner.write() as connection:
        for statement in (
            "insert into household (household_key, delivery_id, at) values ('h1', 'd', '2026-06-20')",
            "insert into person (person_key, delivery_id, at) values ('p1', 'd', '2026-06-20')",
            "insert into membership (household_key, person_key, present, delivery_id, at)"
            " values ('h1', 'p1', true, 'd', '2026-06-20')",
        ):
            connection.execute(text(statement))
        known = "insert into person_id (id_token, person_key, delivery_id, at) values (:token, 'p1', 'd', '2026-06-20')"
        connection.execute(text(known), {"token": token(token_key(place.owner.settings), number)})
    asking = {"by": "li", "purpose": "来电咨询"}
    for what in (
        {"id_number": number.lower()},
        {"id_masked": "210106********00h1"},
        {"name_masked": "王**"},
        {"case_no": place.case("h1").case_no},
    ):
        found = cases.search(place.desk, HERE, **what, **asking)
        assert [case.household_key for case in found] == ["h1"], what
        assert cases.search(place.desk, ELSEWHERE, **what, **asking) == []
    with pytest.raises(OperatorError, match=r"case\.search"):
        cases.search(place.desk, HERE, id_number=number, by="li", purpose="")
    told = audit.entries(place.owner).filter(audit.entries(place.owner)["act"] == "case.searched")
    assert len(told) == 8
    assert number not in "".join(told["detail"])
