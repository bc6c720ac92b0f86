"""Make a world: lives, then every delivery written by its source's room, then what is true beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import OperatorError
from world.calendar import AS_OF as WORLD_AS_OF
from world.delivered import delivered
from world.deliveries import calendar
from world.lives.drawn import drawn_lives
from world.lives.lives import Lives
from world.scales import SCALES, ScaleName
from world.second_night import write_second_night
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


def make_world(
    scale: ScaleName, seed: int, out: Path, *, second_night: bool = False, progress: Progress = lambda _: None
) -> WorldSummary:
    """Write `out/inbox/<source>/…` and `out/truth/…`; the same scale and seed give the same bytes.

    With `second_night` also `out/second/`: what comes for the next night, where two in a hundred facts changed.

    Raises:
        OperatorError: the scale is unknown, or `out` already holds a world.
    """
    _expect_room(scale, out)
    lives = town_lives(seed) if scale == "town" else drawn_lives(SCALES[scale], seed)
    made = write_world(lives, scale, seed, out, progress=progress)
    if second_night:
        changed = write_second_night(lives, seed, out, dirt=_dirt(scale))
        progress(f"second night: {sum(changed.values()):,} facts changed")
    return made


def write_world(
    lives: Lives,
    scale: ScaleName,
    seed: int,
    out: Path,
    *,
    dirt: float | None = None,
    progress: Progress = lambda _: None,
) -> WorldSummary:
    """Write the deliveries that follow from these lives, and the truth beside. The town's files are clean.

    `dirt` scales how many rows are dirty; without it a town has none, and larger worlds as much as in life.
    """
    started = time.perf_counter()
    progress(f"{len(lives.people):,} residents, {len(lives.households):,} households")
    write_lives(lives, out / "truth")
    ledger = Ledger(out / "truth", lives.people["world_person_id"].head(lives.recipients))
    entries: list[dict[str, object]] = []
    stained = _dirt(scale) if dirt is None else dirt
    deliveries = calendar(scale)
    for place, delivery in enumerate(deliveries, 1):
        written = delivered(delivery, lives, seed, stained, out / "inbox", ledger)
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


def _dirt(scale: ScaleName) -> float:
    return 0.0 if scale == "town" else 1.0


def _expect_room(scale: str, out: Path) -> None:
    if scale != "town" and scale not in SCALES:
        raise OperatorError(
            "world.scale", "there is no world of this scale", where=scale, todo="choose town, district or city"
        )
    if (out / "inbox").exists() or (out / "truth").exists():
        raise OperatorError(
            "world.exists", "the folder already holds a world", where=str(out), todo="choose an empty folder"
        )
