"""Make a world: lives, then every delivery written by its source's room, then what is true beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import OperatorError
from world.calendar import AS_OF as WORLD_AS_OF
from world.deliveries import Delivery, calendar, write
from world.lives.drawn import drawn_lives
from world.lives.lives import Lives
from world.mishaps import after_writing
from world.scales import SCALES, ScaleName
from world.town import town_lives
from world.truth import Ledger, write_lives

__all__ = ["WORLD_AS_OF", "WorldSummary", "make_world"]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class WorldSummary:
    """What was made: sizes of the world, files and rows in the inbox, bytes, and how long it took."""

    scale: str
    seed: int
    inbox: str
    truth: str
    residents: int
    households: int
    members: int
    files: int
    rows: int
    bytes: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.scale}, seed {self.seed}: {self.residents:,} residents, {self.households:,} recipient households "
            f"with {self.members:,} persons\n{self.files} files, {self.rows:,} lines, {self.bytes / 1e6:,.0f} MB "
            f"in {self.seconds:.0f} s\ninbox {self.inbox}\ntruth {self.truth}"
        )

    def as_record(self) -> dict[str, object]:
        """The summary as flat fields for `--json`."""
        return asdict(self)


def make_world(scale: ScaleName, seed: int, out: Path, *, progress: Progress = lambda _: None) -> WorldSummary:
    """Write `out/inbox/<source>/…` and `out/truth/…`; the same scale and seed give the same bytes.

    Raises:
        OperatorError: the scale is unknown, or `out` already holds a world.
    """
    _expect_room(scale, out)
    lives = town_lives(seed) if scale == "town" else drawn_lives(SCALES[scale], seed)
    return write_world(lives, scale, seed, out, progress=progress)


def write_world(
    lives: Lives, scale: ScaleName, seed: int, out: Path, *, progress: Progress = lambda _: None
) -> WorldSummary:
    """Write the deliveries that follow from these lives, and the truth beside. The town's files are clean."""
    started = time.perf_counter()
    progress(f"{len(lives.people):,} residents, {len(lives.households):,} households")
    write_lives(lives, out / "truth")
    ledger = Ledger(out / "truth", lives.people["world_person_id"].head(lives.recipients))
    entries: list[dict[str, object]] = []
    deliveries = calendar(scale)
    for place, delivery in enumerate(deliveries, 1):
        written = _delivered(delivery, lives, seed, 0.0 if scale == "town" else 1.0, out / "inbox", ledger)
        entries.extend(written)
        progress(f"[{place}/{len(deliveries)}] {written[0]['file_name']}: {written[0]['rows']:,} lines")
        if place == len(deliveries) or deliveries[place].room is not delivery.room:
            ledger.close_source(delivery.room.source)
    ledger.close()
    return WorldSummary(
        scale=scale,
        seed=seed,
        inbox=str(out / "inbox"),
        truth=str(out / "truth"),
        residents=len(lives.people),
        households=len(lives.households),
        members=lives.members["person"].n_unique(),
        files=len(entries),
        rows=sum(int(str(entry["rows"])) for entry in entries),
        bytes=sum(int(str(entry["bytes"])) for entry in entries),
        seconds=round(time.perf_counter() - started, 1),
    )


def _expect_room(scale: str, out: Path) -> None:
    if scale != "town" and scale not in SCALES:
        raise OperatorError(
            "world.scale", "there is no world of this scale", where=scale, todo="choose town, district or city"
        )
    if (out / "inbox").exists() or (out / "truth").exists():
        raise OperatorError(
            "world.exists", "the folder already holds a world", where=str(out), todo="choose an empty folder"
        )


def _delivered(
    delivery: Delivery, lives: Lives, seed: int, dirt: float, inbox: Path, ledger: Ledger
) -> list[dict[str, object]]:
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
