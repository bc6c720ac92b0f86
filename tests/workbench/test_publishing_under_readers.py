"""Five nights are published while people read without a pause, pages and tables: nobody sees an error, or two runs."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta

from core.moment import today
from ledger import case_queue, grants, runs
from ledger.case_queue import Filters
from ledger.case_words import Role
from ledger.scope import Scope
from tests.publish.conftest import nights
from tests.publish.nights import DAY, Nights, car, listed
from tests.workbench.served import Served, serving
from tests.workbench.signing_in import Browserless
from workbench.accounts import SECURITY, SYSTEM
from workbench.evidence.snapshot import snapshot

__all__ = ["nights"]
PUBLISHES = 5
PAGES = ("/", "/queue?view=all", "/cases/1", "/queue/preview/1", "/review", "/runs", "/dash", "/dash/feeds")
CITY_OF_THE_CENTRE = "4210"
_RUN = re.compile(r"\d{8}-nightly-[0-9a-f]+")


def test_five_publishes_during_constant_reading_of_pages_and_tables_disturb_no_reader(nights: Nights) -> None:
    nights.night(DAY, [listed("p1")], [car("p1")])
    stop, errors, seen = threading.Event(), list[str](), set[str]()

    def pages(served: Served) -> Callable[[], None]:
        visitor = Browserless(served).sign_in("supervisor")

        def turn() -> None:
            for path in PAGES:
                answer = visitor.get(path)
                if answer.status_code != 200:
                    errors.append(f"{path}: {answer.status_code}")
                seen.update(_RUN.findall(answer.text) if path == "/" else [])

        return turn

    def tables() -> None:
        run = snapshot(nights.centre.settings)
        asked = {row["finding_key"] for row in run.rows("select finding_key from finding")}
        if asked != {row["finding_key"] for row in run.rows("select finding_key from evidence")}:
            errors.append(f"{run.run_id}: findings and evidence of two runs")

    def without_pause(turn: Callable[[], None]) -> None:
        while not stop.is_set():
            try:
                turn()
            except Exception as error:
                errors.append(repr(error))

    with serving(nights.centre.settings) as served:
        house = served.house
        asked_for = grants.ask(
            house.desk.ledger,
            "supervisor",
            Role.SUPERVISOR,
            CITY_OF_THE_CENTRE,
            valid_from=today(),
            valid_to=None,
            by=SYSTEM.user_id,
        )
        grants.confirm(house.desk.ledger, asked_for, by=SECURITY.user_id)
        turns = [pages(served), pages(served), tables]
        readers = [threading.Thread(target=without_pause, args=(turn,)) for turn in turns]
        for reader in readers:
            reader.start()
        try:
            for number in range(1, PUBLISHES + 1):
                people = [f"p{person}" for person in range(1, number + 2)]
                nights.night(
                    DAY + timedelta(days=number), [listed(one) for one in people], [car(one) for one in people]
                )
        finally:
            stop.set()
            for reader in readers:
                reader.join()
        assert errors == []
        assert len(seen) > 1
        assert runs.current(nights.centre.ledger) in Browserless(served).sign_in("supervisor").get("/").text
        assert case_queue.count(house.desk, Scope((CITY_OF_THE_CENTRE,)), Filters()) == PUBLISHES + 1
