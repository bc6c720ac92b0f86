"""What a case page tells of the night: the sum drawn, what changed since the night before, how right the rules were."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import case_work, cases, decisions
from ledger.case_queue import Filters, page
from ledger.case_words import Answer, Outcome, Status, Verdict
from ledger.scope import Scope
from publish.folder import discard
from publish.nights import Nights as Counted
from tests.publish.conftest import nights
from tests.publish.nights import DAY, Nights, car, listed
from tests.workbench.browsing import Watched
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless
from workbench.accounts import CITY
from workbench.evidence.compared import Compared, compared
from workbench.evidence.snapshot import snapshot
from workbench.evidence.waterfall import LEFT, MOST, WIDTH, waterfall
from workbench.evidence.worksheet import Worksheet

__all__ = ["nights"]
EVERYWHERE = Scope((CITY,))
FEN = st.integers(min_value=-500_000, max_value=500_000).map(lambda fen: Decimal(fen) / 100)


def sheet(*counted: Decimal | None, line: Decimal | None = Decimal(760)) -> Worksheet:
    """A worksheet of two persons and one month with these counted amounts."""
    total = sum((one for one in counted if one is not None), Decimal(0))
    lines = [{"line_number": number, "counted_yuan": one} for number, one in enumerate(counted, start=1)]
    totals = {"line_yuan": line, "counted_persons": 2, "window_months": 1, "income_total_yuan": total}
    return Worksheet(totals, lines)


def since_the_night_before(nights: Nights, household: str) -> Compared:
    """The two newest nights beside each other."""
    known = Counted(nights.centre.ledger, nights.centre.settings).published()
    now, before = (snapshot(nights.centre.settings, run.run_id) for run in (known[-1], known[-2]))
    return compared(now, before, household, ledger=nights.centre.ledger)


@given(st.lists(FEN, min_size=1, max_size=30).filter(any))
def test_the_bars_add_up_to_the_total_and_stay_in_the_drawing(amounts: list[Decimal]) -> None:
    drawn = waterfall(sheet(*amounts))
    assert drawn is not None
    *parts, total = drawn.bars
    assert sum(bar.amount for bar in parts) == total.amount == sum(amounts)
    assert len(parts) <= MOST
    assert sum(len(bar.lines) for bar in parts) == sum(1 for one in amounts if one)
    assert all(bar.x >= LEFT - 0.1 and bar.x + bar.width <= LEFT + WIDTH + 1.1 for bar in drawn.bars)


def test_each_bar_begins_where_the_one_before_ended_and_the_limit_is_the_line_of_all_persons() -> None:
    drawn = waterfall(sheet(Decimal(1000), Decimal(-250), None, Decimal(0)))
    assert drawn is not None
    wages, deduction, total = drawn.bars
    assert (wages.kind, deduction.kind, total.kind) == ("plus", "minus", "total")
    assert deduction.x + deduction.width == pytest.approx(wages.x + wages.width, abs=0.2)
    assert deduction.x == pytest.approx(total.x + total.width, abs=0.2)
    assert drawn.limit == Decimal(1520)


def test_where_nothing_was_counted_nothing_is_drawn() -> None:
    assert waterfall(sheet(None, Decimal(0))) is None
    assert waterfall(sheet()) is None


def test_a_place_without_a_line_has_no_limit() -> None:
    drawn = waterfall(sheet(Decimal(5), line=None))
    assert drawn is not None
    assert (drawn.limit, drawn.limit_x) == (None, None)


def test_what_is_new_and_what_is_gone_since_the_night_before_is_told_with_its_words(nights: Nights) -> None:
    people = [listed("p1"), listed("p2")]
    nights.night(DAY, people, [car("p1", "t1"), car("p2", "t2")])
    nights.night(DAY + timedelta(days=1), people, [car("p1", "t9"), car("p2", "t2")])
    told = since_the_night_before(nights, "h1")
    assert [(one.step, one.rule) for one in told.changes] == [("new", "R-VEH-01"), ("gone", "R-VEH-01")]
    assert told.changes[0].now is not None
    assert told.changes[1].before is not None
    assert told.changes[1].before["sentence_zh"]
    assert (told.day, told.same) == (f"{DAY}", False)
    assert since_the_night_before(nights, "h2").same


def test_a_source_that_could_not_be_looked_at_tonight_is_no_end_of_the_question(nights: Nights) -> None:
    nights.night(DAY, [listed("p1")], [car("p1")])
    nights.night(DAY + timedelta(days=1), [listed("p1")], [car("p1")], unsigned=["p1"])
    told = since_the_night_before(nights, "h1")
    assert [one.step for one in told.changes] == ["held"]
    assert "vehicle" in told.lost
    nights.night(DAY + timedelta(days=2), [listed("p1")], [car("p1")])
    assert "vehicle" in since_the_night_before(nights, "h1").regained


def test_every_case_says_that_the_first_night_has_none_before_it(served: Served) -> None:
    visitor = Browserless(served).sign_in("supervisor")
    [case] = page(served.house.desk, EVERYWHERE, Filters(kind=None), size=1).cases
    assert "没有可比的上一夜" in visitor.get(f"/cases/{case.case_id}").text


def test_a_feed_that_was_refused_stands_above_every_case(served: Served) -> None:
    visitor = Browserless(served).sign_in("supervisor")
    for case in page(served.house.desk, EVERYWHERE, Filters(kind=None), size=5).cases:
        text = visitor.get(f"/cases/{case.case_id}").text
        banner = re.search(r"数据未到或过旧</b><span>(.*?)</span>", text)
        assert banner
        assert "机动车登记" in banner[1]
        assert "不等于没有" in banner[1]


def test_the_rule_s_box_tells_how_right_it_was_and_says_so_when_nobody_knows(own_served: Served) -> None:
    visitor = Browserless(own_served).sign_in("supervisor")
    desk = own_served.house.desk
    case = page(desk, EVERYWHERE, Filters(kind=None, rule="R-TAX-01"), size=1).cases[0]
    assert "还没有人判断过，精度未知" in visitor.get(f"/cases/{case.case_id}").text
    mine = case_work.claim(desk, EVERYWHERE, case.case_id, by="analyst", version=case.version)
    flags = [flag for flag in cases.flags(desk, EVERYWHERE, case.case_id) if flag.open]
    verdicts = {flag.flag_id: Verdict.DECLARED for flag in flags}
    told: dict[str, Any] = {"evidence": {}, "rule_versions": {}, "outcome": Outcome.EXPLAINED, "verdicts": verdicts}
    first = {**told, "by": "analyst", "version": mine.version, "reason_code": "", "note": ""}
    decisions.first(desk, EVERYWHERE, case.case_id, **first)
    waiting = cases.get(desk, EVERYWHERE, case.case_id)
    assert waiting is not None
    if waiting.status is Status.SECOND:
        second = {**told, "by": "reviewer", "version": waiting.version, "answer": Answer.AGREE}
        decisions.second(desk, EVERYWHERE, case.case_id, **second)
    del own_served.house.measured
    text = visitor.get(f"/cases/{case.case_id}").text
    n = sum(flag.rule == "R-TAX-01" for flag in flags)
    assert f"近半年属实 0%，n={n}，95% 区间 0–" in text
    assert "样本不足" in text


def test_a_thinned_night_before_is_not_called_unchanged(nights: Nights) -> None:
    settings, ledger = nights.centre.settings, nights.centre.ledger
    nights.night(DAY, [listed("p1")], [car("p1")])
    nights.night(DAY + timedelta(days=1), [listed("p1")], [car("p1")])
    counted = Counted(ledger, settings)
    discard(counted.folder(counted.published()[0].run_id))
    assert [run.as_of for run in counted.published()] == [date(2026, 6, 21)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sum_is_drawn_with_a_name_and_the_same_numbers_as_its_table(watched: Watched, language: str) -> None:
    watched.sign_in("supervisor", language)
    house = watched.served.house
    run = house.run()
    counted = run.rows("select distinct household_key from worksheet_line where counted_yuan <> 0")
    homes = {row["household_key"] for row in counted}
    drawn = [case for case in page(house.desk, EVERYWHERE, Filters(kind=None)).cases if case.household_key in homes]
    assert drawn
    for case in drawn:
        shown = watched.open(f"/cases/{case.case_id}")
        figure = shown.locator(".waterfall svg[role=img]")
        assert figure.count() == 1
        words = figure.locator("desc").text_content() or ""
        for amount in figure.locator(".amount").all_text_contents():
            assert amount.lstrip("+") in words
        total = shown.locator(".sums dd").first.inner_text()
        assert figure.locator(".amount").last.text_content() in total
        inside = figure.evaluate("""(svg) => {
          const box = svg.getBoundingClientRect();
          return Array.from(svg.querySelectorAll('text, rect')).every((one) => {
            const own = one.getBoundingClientRect();
            return own.left >= box.left - 1 && own.right <= box.right + 1 && own.bottom <= box.bottom + 2;
          });
        }""")
        assert inside, case.case_no
        assert watched.unreadable_for_some() == [], case.case_no
