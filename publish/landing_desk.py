"""Landing as the night does it: what waits in the inbox, one file after the other, and what is told of each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from core.errors import OperatorError
from core.settings import settings
from ledger import deliveries
from ledger.run import open_ledger
from sources.delivery_name import shown
from sources.run import Landed, Refusal, land_or_refuse
from sources.run import land_inbox as land_all

log = logging.getLogger(__name__)


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
    return _record(land_or_refuse(path, received_at=received_at, ledger=open_ledger(here), settings=here))


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


def land_inbox(inbox: Path, *, received_at: datetime | None, say: Callable[[str], None]) -> list[dict[str, str]]:
    """Land every file below the inbox, a folder per source; goes on after a refusal."""
    here = settings()
    told: list[dict[str, str]] = []

    def tell(one: Landed | Refusal) -> None:
        told.append(_record(one))
        say(landing_lines(told[-1:])[0])

    land_all(inbox, received_at=received_at, ledger=open_ledger(here), settings=here, tell=tell)
    return told


def _record(one: Landed | Refusal) -> dict[str, str]:
    if isinstance(one, Refusal):
        answer = {"state": "refused", "delivery_id": "", "said": str(one.error)}
    else:
        answer = {"state": one.state, "delivery_id": one.delivery_id or "", "said": one.reason or ""}
    return {"file": one.file_name, "source": one.source, **answer}


def landing_lines(told: list[dict[str, str]]) -> list[str]:
    """One line per landed file, for people."""
    return [
        f"{_MARKS.get(one['state'], '·')} {one['source']} {one['file']} {one['state']} {one['said']}" for one in told
    ]


def _meant(path: Path) -> Path:
    """The file that `look` named: a name that may hold a person's number is masked on its way through Airflow."""
    if path.exists() or not path.parent.is_dir():
        return path
    return next((file for file in sorted(path.parent.iterdir()) if shown(file) == path.name), path)


def _is_control(path: Path) -> bool:
    return path.name.endswith(".control.json")


def _is_new(file: Path, taken: dict[tuple[str, int], datetime]) -> bool:
    if not file.is_file() or _is_control(file):
        return False
    stat = file.stat()
    landed_at = taken.get((file.name, stat.st_size))
    return landed_at is None or stat.st_mtime > landed_at.timestamp()


_MARKS = {"landed": "✓", "duplicate": "=", "waiting": "…", "refused": "✗"}
