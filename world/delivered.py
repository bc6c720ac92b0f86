"""One delivery of the world: written by its room, met by its mishaps, and kept in truth."""

from __future__ import annotations

from pathlib import Path

from world.deliveries import Delivery, write
from world.lives.lives import Lives
from world.mishaps import after_writing
from world.truth import Ledger


def delivered(
    delivery: Delivery, lives: Lives, seed: int, dirt: float, inbox: Path, ledger: Ledger
) -> list[dict[str, object]]:
    """Write one delivery into the inbox and keep its truth in the ledger; the files it came in."""
    folder = inbox / delivery.room.source
    folder.mkdir(parents=True, exist_ok=True)
    facts = delivery.facts(lives)
    written = write(delivery, facts, delivery.sheet(seed, dirt), folder)
    further = after_writing(delivery, written)
    rows = len(written.lines)
    entry = _entry(delivery, written.path, rows)
    ledger.keep(facts, list(delivery.room.sample.FACTS), written.lines, entry)
    again = [_entry(delivery, path, rows) for path in further]
    for each in again:
        ledger.also(each)
    return [entry, *again]


def _entry(delivery: Delivery, path: Path, rows: int) -> dict[str, object]:
    kinds, notes = [one.kind for one in delivery.mishaps], [one.note for one in delivery.mishaps]
    return {
        "source": delivery.room.source,
        "file_name": path.name,
        "belongs_to": delivery.belongs_to,
        "rows": rows,
        "bytes": path.stat().st_size,
        "mishaps": " ".join(kinds) or None,
        "note": "; ".join(notes) or None,
    }
