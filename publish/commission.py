"""A commissioned check from its sealed application to its published run: the night's doors, for a few persons.

Departments' deliveries are used as nights have accepted them; a check judges none. A source that rests on consent is
read only for persons who signed for it, as of the day.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl

from core.errors import HeduiError
from core.moment import RunKind
from core.settings import Settings, settings
from expectations.run import expect
from ledger import commissions, deliveries, extracts, keys, runs
from ledger.commissions import Check
from ledger.run import Ledger, open_ledger
from publish import night
from publish.readers import Asked
from publish.reading_desk import extract_each
from sources.card import Card, load_request_cards
from sources.request import application_from, write_lists
from sources.run import land
from transforms.extract_files import ROWS
from transforms.subjects import Subjects, missing, subjects
from warehouse.consent import in_force

BY = "commissioned_check"


def run_check(check_id: int, *, say: Callable[[str], None] = lambda _: None) -> str:
    """Look at the household of a check; the run that holds the result. Safe to repeat after a kill.

    Raises:
        OperatorError: no such check, or it was erased.
        HeduiError: a door failed; the check is told as failed, by code.
    """
    here = settings()
    ledger = open_ledger(here)
    check = commissions.known(ledger, check_id)
    if check.state == "looked" and check.run_id:
        return check.run_id
    try:
        return _look(check, ledger, here, say)
    except HeduiError as error:
        commissions.tell(ledger, check_id, "failed", {"code": error.code}, by=BY)
        raise


def _look(check: Check, ledger: Ledger, here: Settings, say: Callable[[str], None]) -> str:
    lists = _landed(check, ledger, here)
    _tell_once(check, ledger, "deliveries", list(lists))
    applicants, signed, declared = lists
    run_id = night.begin(
        as_of=check.as_of_date,
        known_at=None,
        kind=RunKind.COMMISSIONED.value,
        sources=[],
        request=applicants,
        retry_key=f"{applicants} {check.check_id}",
    )
    run = runs.get(ledger, run_id)
    say(f"run {run_id}")
    extract_each([(deliveries.get(ledger, applicants), None)], ledger, here)
    wanted = subjects(run.moment, applicants, ledger=ledger, settings=here)
    _tell_once(check, ledger, "household_key", wanted.people["household_key"][0])
    extract_each([(deliveries.get(ledger, one), wanted) for one in (signed, declared)], ledger, here)
    expect(list(lists), run_id=run_id, ledger=ledger, settings=here)
    allowed = _signed_for(signed, wanted, check.as_of_date, ledger, here)
    say(f"extract: {extract_each(_lacking(run, wanted, allowed, ledger, here), ledger, here)}")
    for step in (night.join, night.ask, night.publish):
        step(run_id)
    commissions.tell(ledger, check.check_id, "looked", {"run_id": run_id}, by=BY)
    return run_id


def _tell_once(check: Check, ledger: Ledger, name: str, value: object) -> None:
    """Record what must be erased with the check, before anything further is done with it."""
    if check.facts.get(name) != value:
        commissions.tell(ledger, check.check_id, "begun", {name: value}, by=BY)


def _landed(check: Check, ledger: Ledger, here: Settings) -> tuple[str, str, str]:
    """The check's lists through the landing door; their clear files live for this moment in a folder of our own."""
    application = application_from(json.loads(commissions.content_of(ledger, check)))
    with _own_folder(here) as folder:
        files = write_lists(
            application, folder, number=check.check_id, as_of=check.as_of_date, region_code=check.region_code
        )
        at_once = here.model_copy(update={"settle_seconds": 0.0})
        ids = [str(land(file, ledger=ledger, settings=at_once).delivery_id) for file in files]
    return ids[0], ids[1], ids[2]


@contextmanager
def _own_folder(here: Settings) -> Iterator[Path]:
    """A folder nobody else may open; what a killed check left in one is removed first."""
    parent = here.folder("work")
    for left in parent.glob(".lists-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=".lists-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _signed_for(delivery_id: str, wanted: Subjects, as_of: date, ledger: Ledger, here: Settings) -> dict[str, set[str]]:
    """Scope → persons with an authorisation in force on the day, by the page by which the warehouse will judge it."""
    made = extracts.find(ledger, delivery_id=delivery_id)
    if not made:
        return {}
    rows = pl.read_parquet(here.home / made[-1].path / ROWS).filter(pl.col("refused_by").is_null())
    return in_force(rows.drop_nulls(["scope_code", "person_key"]), wanted.people, as_of)


def _lacking(run: runs.Run, wanted: Subjects, allowed: dict[str, set[str]], ledger: Ledger, here: Settings) -> Asked:
    """Each accepted delivery that can still be opened, with those it was not read for and may be read for."""
    states = deliveries.states_at(ledger, run.known_at)
    asked: Asked = []
    for card in load_request_cards(here.sources_folder).values():
        whom = _whom(card, wanted, allowed)
        if card.of_request or whom is None:
            continue
        known = deliveries.list_deliveries(ledger, source=card.source, known_at=run.known_at)
        accepted = [one for one in known if states[one.delivery_id] == "accepted"]
        sealed = keys.living(ledger, [f"delivery:{one.delivery_id}" for one in accepted])
        for one in accepted:
            lacking = (
                missing(one, whom, ledger=ledger, settings=here) if f"delivery:{one.delivery_id}" in sealed else None
            )
            asked += [(one, lacking)] if lacking is not None else []
    return asked


def _whom(card: Card, wanted: Subjects, allowed: dict[str, set[str]]) -> Subjects | None:
    if card.legal_basis.rests_on == "statute":
        return wanted
    persons = sorted(allowed.get("all", set()) | allowed.get(card.source, set()))
    return wanted.only(pl.Series(persons, dtype=pl.String)) if persons else None
