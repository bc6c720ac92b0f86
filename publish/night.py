"""The night as steps, each one door. The DAGs, the command line and the end-to-end tests call these, nothing else."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from core.errors import HeduiError, OperatorError, ProviderError
from core.moment import Moment, RunKind, now, today
from core.settings import Settings, settings
from expectations.gate import Reason
from expectations.run import expect as expect_door
from ledger import deliveries, extracts, keys, runs
from ledger.deliveries import Delivery
from ledger.run import Ledger, open_ledger
from publish.erasure import purge_expired
from publish.run import publish as publish_door
from publish.thinning import thin
from rules.run import ask as ask_door
from sources.card import Card, load_cards
from sources.delivery_name import shown
from sources.run import land as land_door
from transforms.run import extract as extract_door
from transforms.subjects import Subjects, missing
from transforms.subjects import subjects as subjects_of
from transforms.version import transform_version
from warehouse.run import join as join_door

log = logging.getLogger(__name__)

REQUEST_TABLE = "roster_member"
"""Sources of this table say who is looked for; they are admitted before anything is extracted."""


@dataclass(frozen=True)
class CardLine:
    """What a DAG shows of a card: source, owner, page, and whether it comes monthly."""

    source: str
    owner: str
    doc: str
    monthly: bool


def cards() -> list[CardLine]:
    """One line per source card, in alphabetical order."""
    return [
        CardLine(card.source, card.attesting_origin, _doc(card), card.cadence.every == "month")
        for card in load_cards(settings().sources_folder).values()
    ]


def look(source: str) -> list[str]:
    """Files of this source in the inbox that are not landed yet, oldest name first; `land` knows the masked names."""
    here = settings()
    folder = here.arrivals / source
    if not folder.is_dir():
        return []
    taken = {
        (delivery.file_name, delivery.byte_count): delivery.landed_at
        for delivery in deliveries.list_deliveries(open_ledger(here), source=source)
    }
    return [str(file.with_name(shown(file))) for file in sorted(folder.iterdir()) if _is_new(file, taken)]


def land(file: str | Path, *, received_at: datetime | None = None) -> dict[str, str]:
    """Land one file; a refusal by the provider's fault comes back as a record, so that the night goes on."""
    here = settings()
    path = _meant(Path(file))
    try:
        landed = land_door(path, received_at=received_at, ledger=open_ledger(here), settings=here)
    except HeduiError as error:
        log.error("refused %s: %s", shown(path), error)
        return {
            "file": shown(path),
            "state": "refused",
            "delivery_id": "",
            "source": path.parent.name,
            "said": str(error),
        }
    return {
        "file": shown(path),
        "state": landed.state,
        "delivery_id": landed.delivery_id or "",
        "source": landed.source,
        "said": landed.reason or "",
    }


def tell_refusals(source: str, results: Iterable[dict[str, str] | None]) -> None:
    """Log what was refused; raise when a file could not even be looked at.

    Raises:
        OperatorError: a landing task ended without an answer.
    """
    answers = list(results)
    for answer in answers:
        if answer and answer["state"] == "refused":
            log.warning("source=%s file=%s refused: %s", source, answer["file"], answer["said"])
    if any(answer is None for answer in answers):
        raise OperatorError(
            "landing.no_answer",
            "a landing task ended without an answer",
            where=f"land_{source}",
            todo="read its log, mend the cause, clear the task",
        )


def extract_known(source: str) -> dict[str, int]:
    """Extract what this source has landed for the subjects known now; {} when there is nothing new or no roster yet."""
    here = settings()
    ledger = open_ledger(here)
    moment = Moment(today(), now())
    card = load_cards(here.sources_folder)[source]
    waiting = _unextracted(ledger, card)
    if not waiting:
        return {}
    if card.table == REQUEST_TABLE:
        _extract_each([(delivery, None) for delivery in waiting], ledger, here)
        expect_door([delivery.delivery_id for delivery in waiting], run_id=None, ledger=ledger, settings=here)
        return _counts(ledger, waiting)
    wanted = _subjects_or_none(moment, None, ledger, here)
    if wanted is None:
        return {"deliveries": len(waiting)}
    _extract_each([(delivery, wanted) for delivery in waiting], ledger, here)
    return _counts(ledger, waiting)


def begin(
    *,
    as_of: date | str | None,
    known_at: datetime | str | None,
    kind: str,
    sources: list[str],
    request: str | None,
    retry_key: str | None = None,
) -> str:
    """Fix the two clocks of a run; the same `retry_key` finds the run it began before."""
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of or today()
    instant = datetime.fromisoformat(known_at) if isinstance(known_at, str) else known_at or now()
    run_id = None
    if retry_key:
        run_id = f"{day:%Y%m%d}-{kind}-{hashlib.sha256(retry_key.encode()).hexdigest()[:15]}"
    return runs.begin(
        open_ledger(settings()), Moment(day, instant), RunKind(kind), request, run_id=run_id, sources=sources or None
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
        _extract_each([(delivery, None) for delivery in unread], ledger, here)
        expect_door([delivery.delivery_id for delivery in known], run_id=run_id, ledger=ledger, settings=here)
    return run_id


def feeds_to_extract(run_id: str) -> list[str]:
    """Sources, other than the roster, from which this run may use deliveries."""
    here = settings()
    ledger = open_ledger(here)
    run = runs.get(ledger, run_id)
    return [
        card.source
        for card in load_cards(here.sources_folder).values()
        if card.table != REQUEST_TABLE
        and (not run.sources or card.source in run.sources)
        and deliveries.list_deliveries(ledger, source=card.source, known_at=run.known_at)
    ]


def extract(run_id: str, source: str) -> dict[str, int]:
    """Extract this source's deliveries for those subjects of the run whom they were not yet extracted for."""
    here = settings()
    ledger = open_ledger(here)
    run = runs.get(ledger, run_id)
    wanted = subjects_of(run.moment, run.request, ledger=ledger, settings=here)
    known = deliveries.list_deliveries(ledger, source=source, known_at=run.known_at)
    sealed = keys.living(ledger, [f"delivery:{delivery.delivery_id}" for delivery in known])
    lacking = [
        (delivery, missing(delivery, wanted, ledger=ledger, settings=here))
        for delivery in known
        if f"delivery:{delivery.delivery_id}" in sealed
    ]
    return _extract_each([(delivery, some) for delivery, some in lacking if some is not None], ledger, here)


def expect(run_id: str) -> dict[str, int]:
    """Gate every delivery that the run may use, unread ones too; how many ended in which state."""
    here = settings()
    ledger = open_ledger(here)
    run = runs.get(ledger, run_id)
    ids = [delivery.delivery_id for delivery in deliveries.list_deliveries(ledger, known_at=run.known_at)]
    gates = expect_door(ids, run_id=run_id, ledger=ledger, settings=here)
    return {state: sum(gate.state == state for gate in gates) for state in sorted({gate.state for gate in gates})}


def join(run_id: str) -> str:
    """The warehouse of the run."""
    here = settings()
    return str(join_door(run_id, ledger=open_ledger(here), settings=here))


def ask(run_id: str) -> str:
    """Every released rule over the warehouse."""
    here = settings()
    return str(ask_door(run_id, ledger=open_ledger(here), settings=here))


def publish(run_id: str) -> dict[str, Any]:
    """Publish the run; whether its gate let it become current, and why not."""
    here = settings()
    published = publish_door(run_id, ledger=open_ledger(here), settings=here)
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
        "runs": len(thin(ledger, here)),
        "raw_files_still_readable": len(report.still_readable),
    }


def land_inbox(inbox: Path, *, received_at: datetime | None, say: Callable[[str], None]) -> list[dict[str, str]]:
    """Land every file below the inbox, a folder per source; goes on after a refusal."""
    told = []
    for file in sorted(path for path in inbox.rglob("*") if path.is_file() and not _is_control(path)):
        answer = land(file, received_at=received_at)
        told.append(answer)
        say(landing_lines([answer])[0])
    return told


def landing_lines(told: list[dict[str, str]]) -> list[str]:
    """One line per landed file, for people."""
    return [
        f"{_MARKS.get(one['state'], '·')} {one['source']} {one['file']} {one['state']} {one['said']}" for one in told
    ]


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
    for source in feeds_to_extract(run_id):
        say(f"extract {source}")
        extract(run_id, source)
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


def _subjects_or_none(moment: Moment, request: str | None, ledger: Ledger, here: Settings) -> Subjects | None:
    try:
        return subjects_of(moment, request, ledger=ledger, settings=here)
    except OperatorError:
        return None


def _extract_each(these: list[tuple[Delivery, Subjects | None]], ledger: Ledger, here: Settings) -> dict[str, int]:
    """Extract each delivery; one that cannot be read stops itself, not the feed's others and not the night."""
    counts = {"extracted": 0, "refused": 0, "held": 0}
    for delivery, wanted in these:
        try:
            extract_door(delivery.delivery_id, wanted, ledger=ledger, settings=here)
            counts["extracted"] += 1
        except HeduiError as error:
            log.error("not read source=%s delivery=%s: %s", delivery.source, delivery.delivery_id, error)
            state = "refused" if isinstance(error, ProviderError) else "held"
            _tell_unread(ledger, here, delivery, state, error)
            counts[state] += 1
    return counts


def _tell_unread(ledger: Ledger, here: Settings, delivery: Delivery, state: str, error: HeduiError) -> None:
    """Keep why a delivery was not read, with who must act, as its gate would."""
    if deliveries.state_at(ledger, delivery.delivery_id, now()) == state:
        return
    card = load_cards(here.sources_folder)[delivery.source]
    who = f"{card.provider.zh}（{card.contact.zh}）" if state == "refused" else error.who_zh
    reason = Reason(error.code, "—", "—", who, f"文件无法读取：{error.code}", str(error))
    at = delivery.landed_at if state == "refused" else now()
    deliveries.add_event(ledger, delivery.delivery_id, state, {"by": "reading", "reasons": [asdict(reason)]}, at)


def _unextracted(ledger: Ledger, card: Card) -> list[Delivery]:
    version = transform_version(card)
    return [
        delivery
        for delivery in deliveries.list_deliveries(ledger, source=card.source)
        if not extracts.covered(ledger, delivery.delivery_id, version)
    ]


def _counts(ledger: Ledger, done: list[Delivery]) -> dict[str, int]:
    counts: dict[str, int] = {"deliveries": len(done)}
    for delivery in done:
        for extract in extracts.find(ledger, delivery_id=delivery.delivery_id):
            for name, rows in extract.account.items():
                counts[name] = counts.get(name, 0) + int(rows)
    return counts


def _is_control(path: Path) -> bool:
    return path.name.endswith(".control.json")


def _meant(path: Path) -> Path:
    """The file that `look` named: a name that may hold a person's number is masked on its way through Airflow."""
    if path.exists() or not path.parent.is_dir():
        return path
    return next((file for file in sorted(path.parent.iterdir()) if shown(file) == path.name), path)


def _is_new(file: Path, taken: dict[tuple[str, int], datetime]) -> bool:
    if not file.is_file() or _is_control(file):
        return False
    stat = file.stat()
    landed_at = taken.get((file.name, stat.st_size))
    return landed_at is None or stat.st_mtime > landed_at.timestamp()


def _doc(card: Card) -> str:
    return "\n\n".join(
        [
            f"**{card.title.zh}** · {card.title.en}",
            f"{card.provider.zh} ({card.provider.en}), 联系: {card.contact.zh}",
            f"依据: {card.legal_basis.text}",
            f"File name: `{card.file.pattern}`",
        ]
    )


_MARKS = {"landed": "✓", "duplicate": "=", "waiting": "…", "refused": "✗"}
