"""The dashboards: the numbers of the run and of the ledger, for those who may see them, and no more than that."""

from __future__ import annotations

import re

import pytest

from tests.workbench.browsing import Watched
from tests.workbench.served import Served, serving
from tests.workbench.signing_in import Browserless
from workbench.accounts import CITY, COUNTY, SUBDISTRICT
from workbench.dashboards.fairness import Group, _panel
from workbench.dashboards.panel import Telling
from workbench.web.dash import TABS

TAB_PATHS = [href for _, href, _ in TABS]
DRAWN = """() => Array.from(document.querySelectorAll('section[data-chart]')).map((section) => {
  const box = section.querySelector('.chart');
  const canvas = box.querySelector('canvas');
  if (box.hidden) return [section.querySelector('h2').id, false, 0];
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return [section.querySelector('h2').id, true, new Set(new Uint32Array(pixels.buffer)).size];
})"""


def figures_in(text: str, panel: str) -> list[list[str]]:
    """The rows of a panel's table as they read."""
    section = re.search(rf'<h2 id="{panel}">.*?</section>', text, re.S)
    assert section, panel
    rows = re.findall(r"<tr>(.*?)</tr>", section[0], re.S)[1:]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


def test_the_table_of_rules_holds_the_findings_of_the_run(served: Served) -> None:
    run = served.house.run()
    shown = figures_in(Browserless(served).sign_in("supervisor").get("/dash").text, "by-rule")
    rules = run.rows("select rule from rule_run where state = 'released'")
    assert len(shown) == len(rules)
    asked = run.row("select count(*) as n from finding")
    assert asked is not None
    assert sum(int(cell.replace(",", "")) for row in shown for cell in row[1:7]) == asked["n"]


def test_somebody_of_a_subdistrict_sees_the_numbers_of_that_subdistrict(served: Served) -> None:
    shown = figures_in(Browserless(served).sign_in("analyst2").get("/dash").text, "by-rule")
    own = served.house.run().row(
        "select count(*) as n from finding join household using (household_key) where starts_with(region_code, ?)",
        SUBDISTRICT,
    )
    assert own is not None
    assert sum(int(cell) for row in shown for cell in row[1:7]) == own["n"]


def test_a_place_outside_the_scope_is_not_there(served: Served) -> None:
    visitor = Browserless(served).sign_in("analyst2")
    for path in ("/dash", "/dash/rules", "/dash/workload", "/dash/fairness", "/dash/errors"):
        assert visitor.get(f"{path}?place={SUBDISTRICT}").status_code == 200
        for elsewhere in (COUNTY, CITY, "210106003", "abc", "%27"):
            assert visitor.get(f"{path}?place={elsewhere}").status_code == 404, (path, elsewhere)


@pytest.mark.parametrize("user_id", ["viewer", "steward"])
def test_who_may_see_no_case_sees_no_count_of_one_to_four_households(served: Served, user_id: str) -> None:
    visitor = Browserless(served).sign_in(user_id)
    withheld = 0
    for path, panels in {"/dash": ["by-rule", "by-night", "by-place"], "/dash/fairness": ["fair-place"]}.items():
        text = visitor.get(path).text
        for panel in panels:
            cells = [cell for row in figures_in(text, panel) for cell in row[1:]]
            withheld += cells.count("*")
            assert not any(cell in ("1", "2", "3", "4") for cell in cells), (path, panel)
        assert not re.search(r'data-value="[1-4](\.0)?"', text), path
    assert withheld


def test_a_supervisor_sees_who_has_how_much_and_others_do_not(served: Served) -> None:
    assert 'id="by-person"' in Browserless(served).sign_in("supervisor").get("/dash/workload").text
    for user_id in ("analyst", "viewer", "steward", "auditor"):
        assert 'id="by-person"' not in Browserless(served).sign_in(user_id).get("/dash/workload").text


def test_before_anybody_judged_the_page_says_that_nothing_is_known(served: Served) -> None:
    visitor = Browserless(served).sign_in("supervisor")
    assert "还没有人判断过" in visitor.get("/dash/rules").text
    assert "还没有办结的案件" in visitor.get("/dash/errors").text
    assert "只发布过一夜" in visitor.get("/dash").text


def test_a_feed_that_was_refused_is_told_and_no_month_is_called_empty(served: Served) -> None:
    text = Browserless(served).sign_in("steward").get("/dash/feeds").text
    names = {card.title.zh for card in served.house.cards.values()}
    assert {row[0] for row in figures_in(text, "calendar")} == names
    vehicles = next(row for row in figures_in(text, "calendar") if row[0] == "机动车登记")
    assert "未通过" in vehicles
    assert next(row for row in figures_in(text, "lag") if row[0] == "机动车登记")[-1] == (
        "暂停；未通过；核对沿用 2026-05-15 的数据"
    )


def test_a_demonstration_counts_no_lag_by_the_day_on_which_it_was_loaded(served: Served) -> None:
    text = Browserless(served).sign_in("steward").get("/dash/feeds").text
    assert "演示的时间停在" in text
    days = [int(row[3].removeprefix("≤ ")) for row in figures_in(text, "lag") if row[3] != "—"]
    assert len(days) > 10
    assert max(days) <= 120


def test_before_the_first_night_a_dashboard_a_queue_and_the_pairs_say_that_nothing_was_looked_at(
    served: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = served.house.settings.model_copy(update={"home": tmp_path_factory.mktemp("new") / "home"})
    with serving(empty) as new:
        visitor = Browserless(new).sign_in("supervisor")
        for path in (*TAB_PATHS, "/queue", "/review", "/identity"):
            assert "还没有发布过批次" in visitor.get(path).text, path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_chart_is_drawn_and_every_page_readable_for_everybody(watched: Watched, language: str) -> None:
    watched.sign_in("supervisor", language)
    for path in TAB_PATHS:
        watched.open(path)
        drawn = watched.page.evaluate(DRAWN)
        assert all(colours > 3 for _, shown, colours in drawn if shown), (path, drawn)
        assert any(shown for _, shown, _ in drawn) or "empty" in watched.page.content(), path
        assert watched.unreadable_for_some() == [], path
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= 1366, path


def test_a_chart_draws_the_numbers_of_the_table_below_it(watched: Watched) -> None:
    watched.sign_in("supervisor")
    watched.open("/dash")
    told = watched.page.evaluate("""() => {
      const section = document.querySelector('section[data-chart=bars]');
      const chart = window.echarts.getInstanceByDom(section.querySelector('.chart'));
      const rows = Array.from(section.querySelectorAll('tbody tr'));
      const kept = chart.getOption().yAxis[0].data;
      return chart.getOption().series.map((series, place) => [series.data, kept.map((name) => {
        const row = rows.find((one) => one.querySelector('th').textContent === name);
        return Number(row.querySelectorAll('td')[place].dataset.value);
      })]);
    }""")
    assert told
    assert all(drawn == table for drawn, table in told)
    assert any(any(drawn) for drawn, _ in told)


def test_without_scripts_the_tables_say_everything(watched: Watched) -> None:
    watched.sign_in("supervisor")
    browser = watched.page.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(watched.page.context.cookies())  # type: ignore[arg-type]
    shown = plain.new_page()
    shown.goto(f"{watched.served.address}/dash")
    assert shown.locator("#by-rule").is_visible()
    assert shown.locator("section.panel table").count() == 3
    assert shown.locator(".chart:visible").count() == 0
    plain.close()


def test_a_dashboard_without_its_charts_weighs_no_more_than_other_pages(watched: Watched) -> None:
    watched.sign_in("supervisor")
    for path in TAB_PATHS:
        answer = watched.page.goto(f"{watched.served.address}{path}")
        assert answer is not None
        assert len(answer.body()) <= 60_000, path


def test_how_few_are_not_asked_cannot_be_counted_from_what_stands_beside() -> None:
    groups = {"1": Group(60, 30), "2": Group(40, 20), "3": Group(9, 8), "4": Group(70, 9)}
    panel = _panel("by-size", "", groups, Telling("zh", guard=True), str)
    shown = {row.title: [cell.words for cell in row.cells[:3]] for row in panel.rows}
    assert shown["3"] == ["9", "*", "*"]
    hidden = [name for name, (_, flagged, share) in shown.items() if flagged == "*" and share == "*"]
    assert len(hidden) > 1, "one alone is told by the total"
    openly = _panel("by-size", "", groups, Telling("zh", guard=False), str)
    assert "*" not in {cell.words for row in openly.rows for cell in row.cells}


def test_english_tells_a_household_of_one_from_larger_ones(served: Served) -> None:
    visitor = Browserless(served).sign_in("supervisor")
    visitor.cookies["__Host-language"] = "en"
    shown = visitor.get("/dash/fairness").text
    assert "1 person<" in shown
    assert "1 persons" not in shown
    assert "1 cases" not in visitor.get("/queue?view=closed").text


def test_a_rate_of_too_few_judgements_stands_in_the_table_and_is_drawn_as_no_bar() -> None:
    groups = {
        "few": Group(households=900, flagged=90, settled=2, confirmed=2),
        "many": Group(households=900, flagged=90, settled=40, confirmed=30),
    }
    shown = _panel("fair-size", "", groups, Telling("zh", guard=False), lambda code: code)
    rates = {row.title: row.cells[4] for row in shown.rows}
    assert (rates["few"].words, rates["few"].value) == ("100.0%", None)
    assert (rates["many"].words, rates["many"].value) == ("75.0%", 75.0)
    assert any("不画成柱" in note for note in shown.notes)
    assert _panel("fair-size", "", {"many": groups["many"]}, Telling("zh", guard=False), str).notes == []
