"""A night that readers do not see is told on every page: the day after it all looks the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from publish.recall import recall
from publish.release import release
from tests.publish.conftest import nights
from tests.publish.nights import DAY, Nights, car, listed
from tests.workbench.browsing import Watched
from tests.workbench.served import serving
from tests.workbench.signing_in import Browserless
from workbench.accounts import demonstration_password

__all__ = ["nights"]
PEOPLE = [listed(f"p{number}") for number in range(30)]
PAGES = ("/", "/queue", "/dash", "/help", "/settings")


@pytest.fixture
def shown(nights: Nights) -> Callable[[str], dict[str, str]]:
    """What each page says above everything, in one of both languages."""
    demonstration_password(nights.centre.settings)

    def read(language: str = "zh") -> dict[str, str]:
        with serving(nights.centre.settings) as served:
            visitor = Browserless(served).sign_in("supervisor")
            if language == "en":
                visitor.post("/language", {"language": "en"})
            told = {path: visitor.get(path).text.partition("<h1>")[0] for path in (*PAGES, "/runs")}
            served.house.desk.close()
            return told

    return read


def test_a_rejected_night_is_told_above_every_page_until_it_is_released(
    nights: Nights, shown: Callable[..., dict[str, str]]
) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    assert not any("夜间批次" in above for above in shown().values())
    damaged = [{**one, "roster_id_state": "damaged"} for one in PEOPLE]
    jump = nights.night(DAY + timedelta(days=1), damaged, [car("p1")])
    told = shown()
    for path in PAGES:
        assert "2026-06-21 的夜间批次门禁未过；各页仍是 2026-06-20 那一批的结果。" in told[path], path
        assert f'href="/runs/{jump.run_id}"' in told[path], path
    assert "门禁未过；" not in told["/runs"]
    english = shown("en")["/queue"]
    assert "Nightly run of 2026-06-21: rejected. Every page still shows the run of 2026-06-20." in english
    how: dict[str, Any] = {"ledger": nights.centre.ledger, "settings": nights.centre.settings}
    release(jump.run_id, by="李强", reason="the register was rebuilt", **how)
    assert not any("夜间批次" in above for above in shown().values())


def test_what_is_told_of_it_is_readable_for_everybody(nights: Nights, page: Page) -> None:
    demonstration_password(nights.centre.settings)
    nights.night(DAY, PEOPLE, [car("p1")])
    nights.night(DAY + timedelta(days=1), [{**one, "roster_id_state": "damaged"} for one in PEOPLE], [car("p1")])
    with serving(nights.centre.settings) as served:
        looked = Watched(page, served).sign_in("supervisor")
        expect(page.locator(".banner.bad")).to_be_visible()
        assert looked.unreadable_for_some() == []
        assert looked.trouble == []
        served.house.desk.close()


def test_a_night_that_two_people_took_back_is_told_and_so_is_that_none_is_left(
    nights: Nights, shown: Callable[..., dict[str, str]]
) -> None:
    only = nights.night(DAY, PEOPLE, [car("p1")])
    for person in ("supervisor", "steward"):
        told: dict[str, Any] = {"ledger": nights.centre.ledger, "settings": nights.centre.settings}
        recall(only.run_id, by=person, reason="送错了月份", **told)
    assert "2026-06-20 的夜间批次已撤回；现在没有当前批次。" in shown()["/"]
