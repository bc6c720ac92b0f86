"""A night held against truth, and asked again as others would ask: with other rule terms, other views, other names."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from core.settings import ROOT
from publish import night
from rules.run import ask_warehouse
from tests.night.home import Home
from transforms.tables import TABLES
from world.lives.drawn import drawn_lives
from world.run import WORLD_AS_OF, write_world
from world.scales import Scale
from world.score import score
from world.score_result import RuleScore, Score

HAMLET = Scale("district", 18_600, 2_754, 7_350, 0.1, ("210106",))
"""The recipients and events of a tenth of the district among few other residents."""
HAMLET_SEED = 4


@dataclass(frozen=True)
class Scored:
    """A published night, the warehouse it was asked of, and its score."""

    home: Home
    folder: Path
    warehouse: Path
    score: Score

    def rule(self, name: str) -> RuleScore:
        """The figures of one rule."""
        return of_rule(self.score, name)

    def asked_again(
        self,
        into: Path,
        *,
        rules_folder: Path = ROOT / "rules",
        change: Callable[[duckdb.DuckDBPyConnection], None] = lambda _: None,
    ) -> Score:
        """The score of the same night's questions, asked of a changed copy of its warehouse or by other rules."""
        run = into / "run"
        run.mkdir()
        for name in ("manifest.json", "member.parquet", "run_delivery.parquet"):
            shutil.copyfile(self.folder / name, run / name)
        shutil.copyfile(self.warehouse, into / "warehouse.duckdb")
        with duckdb.connect(str(into / "warehouse.duckdb")) as connection:
            change(connection)
            asking = self.home.settings.model_copy(update={"rules_folder": rules_folder})
            ask_warehouse(connection, asking, self._file_names())
            connection.sql("from finding").pl().write_parquet(run / "finding.parquet")
        return score(run, self.home.truth)

    def _file_names(self) -> dict[str, str]:
        deliveries = pl.read_parquet(self.folder / "run_delivery.parquet")
        return dict(deliveries.select("delivery_id", "file_name").iter_rows())


def of_rule(scored: Score, name: str) -> RuleScore:
    """The figures of one rule of a score."""
    return next(one for one in scored.rules if one.rule == name)


def write_hamlet(folder: Path) -> Path:
    """A world in which every mechanism occurs many times, small enough for a test."""
    write_world(drawn_lives(HAMLET, HAMLET_SEED), "district", HAMLET_SEED, folder)
    return folder


def scored_night(home: Home, sources: list[str] | None = None) -> Scored:
    """One whole night of a home, its warehouse kept aside as it was asked."""
    kept = home.folder / "kept.duckdb"

    def keep(step: str) -> None:
        if step == "ask":
            [asked] = (home.folder / "work").glob("*/warehouse.duckdb")
            shutil.copyfile(asked, kept)

    with home.lived_in():
        published = night.whole_night(
            as_of=WORLD_AS_OF,
            known_at=None,
            kind="nightly",
            sources=sources or [],
            request=None,
            say=lambda _: None,
            lap=keep,
        )
    folder = Path(published["folder"])
    return Scored(home, folder, kept, score(folder, home.truth))


def ungraded(connection: duckdb.DuckDBPyConnection) -> None:
    """Every row that may be a subject's counts as if it surely were."""
    for table in TABLES:
        rows = f"select * replace ('A' as match_grade) from {table}_any_grade where refused_by is null"  # noqa: S608
        connection.execute(f"create or replace view {table} as {rows}")
