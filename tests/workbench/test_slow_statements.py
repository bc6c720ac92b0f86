"""A statement of a page that takes PostgreSQL too long is ended, the page says who must act; the pipeline's is not."""

from __future__ import annotations

import logging
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.settings import Settings
from ledger.case_words import Status
from ledger.run import _WRITER_LOCK, open_ledger
from tests.moved_ledger import carried_to
from tests.workbench.office import Office
from tests.workbench.served import Served, serving
from workbench.house import build_house

SECONDS = 1.0


@pytest.fixture
def hurried(desk_home: Path, settings: Settings, postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    """A workbench on PostgreSQL whose statements may take a second."""
    shutil.copytree(desk_home, tmp_path / "home")
    own = settings.model_copy(update={"home": tmp_path / "home", "web_statement_seconds": SECONDS})
    with serving(carried_to(postgres_url, own)) as one:
        yield one
        one.house.desk.close()


def test_a_page_whose_statement_takes_too_long_says_who_must_act_and_changes_nothing(
    hurried: Served, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(hurried)
    analyst = office.who("analyst")
    queue, token, version = f"/queue?view=all&town={'2' * 9}", analyst.token(), office.case.version
    assert analyst.get("/queue?view=all").status_code == 200
    slow = open_ledger(hurried.house.settings).engine
    with caplog.at_level(logging.DEBUG), slow.begin() as another:
        another.execute(text('lock table "case_" in access exclusive mode'))
        begun = time.monotonic()
        zh = analyst.get(queue)
        assert SECONDS <= time.monotonic() - begun < 20 * SECONDS
        analyst.cookies["__Host-language"] = "en"
        en = analyst.get(queue)
        claim = analyst.request(
            "POST",
            f"/cases/{office.case_id}/claim",
            data={"csrf": token, "version": version},
            headers={"sec-fetch-site": "same-origin"},
        )
    assert [answer.status_code for answer in (zh, en, claim)] == [503] * 3
    for words in ("数据库没有及时答复", "没有保存任何改动", "运维人员", "ledger.too_slow"):
        assert words in zh.text, words
    assert re.search(r"时间：\d{4}-\d\d-\d\d \d\d:\d\d<", zh.text)
    for words in ("did not answer in time", "nothing was changed", "tell the operators", "ledger.too_slow"):
        assert words in en.text, words
    told = [one.getMessage() for one in caplog.records if one.name == "workbench"]
    assert told == [
        "ledger.too_slow GET /queue",
        "ledger.too_slow GET /queue",
        "ledger.too_slow POST /cases/{case_id}/claim",
    ]
    assert (office.case.status, office.case.version) == (Status.NEW, version)
    assert analyst.get("/queue?view=all").status_code == 200
    office.does("analyst", "claim")


def test_a_decision_waits_for_the_night_that_is_being_switched_as_long_as_it_takes(hurried: Served) -> None:
    office = Office(hurried)
    office.who("analyst")
    another = open_ledger(hurried.house.settings).engine.connect()
    another.execute(text("select pg_advisory_lock(:lock)"), {"lock": _WRITER_LOCK})
    release = threading.Timer(3 * SECONDS, another.close)
    begun = time.monotonic()
    release.start()
    office.does("analyst", "claim")
    assert time.monotonic() - begun >= 3 * SECONDS
    assert office.case.status is Status.REVIEW
    release.join()


def test_only_the_pages_are_hurried_neither_the_pipeline_nor_the_worker(hurried: Served) -> None:
    asked = text("show statement_timeout")
    settings = hurried.house.settings
    of_worker = build_house(settings).desk
    for ledger, told in (
        (hurried.house.desk.ledger, "1s"),
        (open_ledger(settings), "0"),
        (of_worker.ledger, "0"),
    ):
        with ledger.read() as connection:
            assert connection.execute(asked).scalar_one() == told
        with ledger.write() as connection:
            assert connection.execute(asked).scalar_one() == told
    of_worker.close()
    assert Settings(home=settings.home).web_statement_seconds == 5
