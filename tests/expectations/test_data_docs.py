from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from expectations.data_docs import failing_of, feed_of, render
from expectations.gate import Reason
from expectations.report import RESULT_SCHEMA, CheckResult, DeliveryReport, SourceReport, keep, kept, result_table

ACCOUNT = {"matched": 300, "not_subject": 9_600, "unusable_id": 90, "refused_by_meaning": 10}
PASSED = CheckResult(
    "plate_is_given", "card", "record_value", "warn", 310, 0, "必填项为空", "a value is missing", "车管科"
)
WARNED = replace(PASSED, check_name="price_is_plausible", origin="meaning", unexpected=40, message_zh="价格不合理")
PUT_ASIDE = replace(PASSED, check_name="registered_in_the_future", origin="meaning", action="refuse", unexpected=2)
HALVED = Reason("row_change_share", "5000 / 10000", "±30%", "公安局（车管科）", "行数变化过大", "the row count changed")


def delivery(identity: str, as_of: str, state: str = "accepted", checks: Sequence[CheckResult] = ()) -> DeliveryReport:
    reasons = [HALVED] if state == "refused" else []
    return DeliveryReport(identity, as_of, state, ACCOUNT, reasons, checks or [PASSED, WARNED, PUT_ASIDE])


def feed(source: str, *deliveries: DeliveryReport) -> SourceReport:
    return SourceReport("night-1", source, f"来源{source}", source, "公安局", "vehicle", deliveries)


REPORTS = [
    feed("contribution", delivery("contribution-a", "2026-05-31", checks=[PASSED])),
    feed("vehicle", delivery("vehicle-a", "2026-05-15"), delivery("vehicle-b", "2026-06-15", "refused")),
    feed("pension", delivery("pension-a", "2026-05-31", "held", checks=[PASSED])),
]


class Page(HTMLParser):
    """What a browser would fetch, run or style, and whether the tags close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.faults: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.fetched += [value for name, value in attributes if value and name in {"src", "srcset", "data"}]
        if tag == "link":
            self.fetched.append(given["href"] or "")
        if tag == "a":
            self.links.append(given["href"] or "")
        if tag in {"script", "style", "iframe", "form", "base"}:
            self.faults.append(f"<{tag}>")
        self.faults += [name for name in given if name == "style" or name.startswith("on")]
        if tag not in {"meta", "link", "rect", "br", "hr", "img"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    render(REPORTS, tmp_path)
    return tmp_path


def test_every_page_reads_in_a_closed_network_without_script_or_inline_style(folder: Path) -> None:
    pages = sorted(folder.glob("*.html"))
    assert [page.name for page in pages] == ["contribution.html", "index.html", "pension.html", "vehicle.html"]
    for path in pages:
        page = Page(path.read_text("utf-8"))
        assert page.faults == []
        assert page.open == []
        assert page.fetched == ["style.css"]
        assert "http" not in path.read_text("utf-8").replace("http-equiv", "")
        assert all((folder / link).exists() for link in page.links)
    assert not re.search(r"url\(|@import|http", (folder / "style.css").read_text("utf-8"))


def test_the_run_says_the_gravest_verdict_first_then_who_must_act_then_failing_checks(folder: Path) -> None:
    text = Page((folder / "index.html").read_text("utf-8")).text
    places = [
        text.index(words) for words in ("来源vehicle", "来源pension", "来源contribution", "需要处理", "5000 / 10000")
    ]
    assert places == sorted(places)
    assert text.index("需要处理") < text.rindex("未通过的检查")
    assert "公安局（车管科）" in text


def test_a_feed_is_as_good_as_its_worst_delivery_and_its_figures_add_up() -> None:
    found = feed_of(REPORTS[1])
    assert (found.state, found.rows, found.account["unusable_id"], found.failing) == ("refused", 20_000, 180, 2)


def test_checks_that_put_rows_aside_stand_before_warnings_whatever_their_number() -> None:
    assert [(item.check.check_name, item.unexpected, item.deliveries) for item in failing_of(REPORTS)] == [
        ("registered_in_the_future", 4, 2),
        ("price_is_plausible", 80, 2),
    ]


def test_words_of_a_card_cannot_become_markup(tmp_path: Path) -> None:
    render([replace(REPORTS[0], title_zh="<script>x</script>")], tmp_path)
    assert "<script" not in (tmp_path / "index.html").read_text("utf-8")


def test_a_later_call_of_the_same_run_adds_its_deliveries_and_replaces_its_own(tmp_path: Path) -> None:
    keep(feed("vehicle", delivery("vehicle-b", "2026-06-15", "held")), tmp_path)
    keep(feed("pension", delivery("pension-a", "2026-05-31")), tmp_path)
    keep(REPORTS[1], tmp_path)
    together = kept(tmp_path)
    assert [report.source for report in together] == ["pension", "vehicle"]
    assert [(d.delivery_id, d.state) for d in together[1].deliveries] == [
        ("vehicle-a", "accepted"),
        ("vehicle-b", "refused"),
    ]
    assert together[1].deliveries[1] == REPORTS[1].deliveries[1]


def test_results_are_one_row_per_delivery_and_check() -> None:
    table = result_table(REPORTS)
    assert dict(table.schema) == {name: kind() for name, kind in RESULT_SCHEMA.items()}
    assert table.height == 8
    bad = table.filter(~pl.col("success")).select("delivery_id", "suite", "severity", "unexpected").rows()
    assert ("vehicle-a", "vehicle.meaning", "critical", 2) in bad
