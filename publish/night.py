"""The night as steps, each one door. The DAGs, the command line and the end-to-end tests call these, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from core.moment import Moment, RunKind, now, today
from core.settings import Settings, settings
from expectations.run import expect as expect_door
from ledger import deliveries, extracts, keys, runs
from ledger.run import Ledger, open_ledger
from publish.cards import CardLine, cards
from publish.erasure import purge_expired
from publish.landing_desk import land, land_inbox, landing_lines, look, tell_refusals
from publish.policy_sets import asked_by
from publish.precision import put_below_floor_into_shadow
from publish.reading_desk import REQUEST_TABLE, extract_each, extract_known
from publish.run import publish as publish_door
from publish.thinning import thin
from rules.run import ask as ask_door
from sources.card import load_cards
from transforms.subjects import missing
from transforms.subjects import subjects as subjects_of
from warehouse.run import join as join_door

__all__ = [
    "CardLine",
    "admit_roster",
    "ask",
    "begin",
    "cards",
    "expect",
    "extract",
    "extract_all",
    "extract_known",
    "feeds_to_extract",
    "join",
    "land",
    "land_inbox",
    "landing_lines",
    "look",
    "publish",
    "purge",
    "tell_refusals",
    "whole_night",
]


def begin(
    *,
    as_of: date | str | None,
    known_at: datetime | str | None,
    kind: str,
    sources: list[str],
    request: str | None,
    retry_key: str | None = None,
) -> str:
    """Fix the two clocks of a run; the same `retry_key` (Airflow's run id) finds the run it began before."""
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of or today()
    instant = datetime.fromisoformat(known_at) if isinstance(known_at, str) else known_at or now()
    run_id = None
    if retry_key:
        run_id = f"{day:%Y%m%d}-{kind}-{runs.mark_of(retry_key)}"
    options = {"airflow_run": retry_key} if retry_key else None
    moment = Moment(day, instant)
    return runs.begin(
        open_ledger(settings()),
        moment,
        RunKind(kind),
        request,
        run_id=run_id,
        sources=sources or None,
        options=options,
    )


def admit_roster(run_id: str) -> str:
    """Extract and gate the sources that say who is looked for."""
    here = settings()
    ledger = open_ledger(here)
    run = runs.get(ledger, run_id)
    for card in load_cards(here.sources_folder).values():
        if card.table != REQUEST_TABLE:
            continue
        known = deliveries.list_deliveries(ledger, source=card.source, known_at=run.known_at)
        unread = [delivery for delivery in known if not extracts.find(ledger, delivery_id=delivery.delivery_id)]
        extract_each([(delivery, None) for delivery in unread], ledger, here)
        expect_door([delivery.delivery_id for delivery in known], run_id=run_id, ledger=ledger, settings=here)
    return run_id


def feeds_to_extract(run_id: str) -> list[str]:
    """Sources, other than the roster, with deliveries that were not yet read for all subjects of this run."""
    here = settings()
    ledger = open_ledger(here)
    run = runs.get(ledger, run_id)
    wanted = subjects_of(run.moment, run.request, ledger=ledger, settings=here)
    asked = [
        card.source
        for card in load_cards(here.sources_folder).values()
        if card.table != REQUEST_TABLE and (not run.sources or card.source in run.sources)
    ]
    with ledger.read():
        return [
            source
            for source in asked
            if any(
                missing(delivery, wanted, ledger=ledger, settings=here) is not None
                for delivery in deliveries.list_deliveries(ledger, source=source, known_at=run.known_at)
            )
        ]


def extract(run_id: str, source: str) -> dict[str, int]:
    """Extract this source's deliveries for those subjects of the run whom they were not yet extracted for."""
    return _extract(run_id, [source], processes=1)


def extract_all(run_id: str, sources: list[str]) -> dict[str, int]:
    """`extract` for several sources at once: their deliveries are read side by side, in processes of their own."""
    return _extract(run_id, sources, processes=settings().threads)


def _extract(run_id: str, sources: list[str], processes: int) -> dict[str, int]:
    here = settings()
    ledger = open_ledger(here)
    run = runs.get(ledger, run_id)
    wanted = subjects_of(run.moment, run.request, ledger=ledger, settings=here)
    with ledger.read():
        known = [
            delivery
            for source in sources
            for delivery in deliveries.list_deliveries(ledger, source=source, known_at=run.known_at)
        ]
        sealed = keys.living(ledger, [f"delivery:{delivery.delivery_id}" for delivery in known])
        lacking = [
            (delivery, missing(delivery, wanted, ledger=ledger, settings=here))
            for delivery in known
            if f"delivery:{delivery.delivery_id}" in sealed
        ]
    return extract_each([(delivery, some) for delivery, some in lacking if some is not None], ledger, here, processes)


def expect(run_id: str) -> dict[str, int]:
    """Gate every delivery that the run may use, unread ones too; how many ended in which state."""
    here = settings()
    ledger = open_ledger(here)
    run = runs.get(ledger, run_id)
    cards = load_cards(here.sources_folder)
    known = deliveries.list_deliveries(ledger, known_at=run.known_at)
    ids = [delivery.delivery_id for delivery in known if delivery.source in cards]
    gates = expect_door(ids, run_id=run_id, ledger=ledger, settings=here)
    return {state: sum(gate.state == state for gate in gates) for state in sorted({gate.state for gate in gates})}


def join(run_id: str) -> str:
    """The warehouse of the run."""
    here = settings()
    return str(join_door(run_id, ledger=open_ledger(here), settings=here))


def ask(run_id: str) -> str:
    """Every rule of the released set over the warehouse."""
    ledger, asking = _by_released_set(run_id)
    return str(ask_door(run_id, ledger=ledger, settings=asking))


def _by_released_set(run_id: str) -> tuple[Ledger, Settings]:
    here = settings()
    ledger = open_ledger(here)
    return ledger, asked_by(ledger, here, runs.get(ledger, run_id).known_at)


def publish(run_id: str) -> dict[str, Any]:
    """Publish the run; whether its gate let it become current, and why not. Then rules that failed go into shadow."""
    ledger, asking = _by_released_set(run_id)
    published = publish_door(run_id, ledger=ledger, settings=asking)
    put_below_floor_into_shadow(ledger, settings())
    return {
        "run_id": published.run_id,
        "folder": str(published.folder),
        "accepted": published.accepted,
        "reasons": list(published.reasons),
    }


def purge() -> dict[str, int]:
    """Destroy keys past their retention and thin published runs; how many of each."""
    here = settings()
    ledger = open_ledger(here)
    report = purge_expired(here, ledger, today())
    return {
        "deliveries": len(report.deliveries),
        "households": len(report.households),
        "checks": len(report.checks),
        "runs": len(thin(ledger, here)),
        "raw_files_still_readable": len(report.still_readable),
    }


def whole_night(
    *,
    as_of: date | None,
    known_at: datetime | None,
    kind: str,
    sources: list[str],
    request: str | None,
    say: Callable[[str], None],
    lap: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """All steps in order, in this process; what publishing said."""
    run_id = begin(as_of=as_of, known_at=known_at, kind=kind, sources=sources, request=request)
    say(f"run {run_id}")
    admit_roster(run_id)
    lap("admit_roster")
    feeds = feeds_to_extract(run_id)
    say(f"extract {' '.join(feeds)}")
    extract_all(run_id, feeds)
    lap("extract")
    say(f"expect: {expect(run_id)}")
    lap("expect")
    say("join")
    join(run_id)
    lap("join")
    say("ask")
    ask(run_id)
    lap("ask")
    say("publish")
    published = publish(run_id)
    lap("publish")
    return published
