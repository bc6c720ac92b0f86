"""A centre's home folder in which whole nights run, over the invented town."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from core.settings import ROOT, Settings, settings
from ledger.run import Ledger, open_ledger
from publish import night
from publish.folder import run_folder
from publish.manifest import read_manifest
from world.run import WORLD_AS_OF


@dataclass(frozen=True)
class Home:
    """One installation: its folder, and the invented world whose deliveries it takes."""

    folder: Path
    world: Path

    @property
    def truth(self) -> Path:
        """The world's truth, which the pipeline never reads."""
        return self.world / "truth"

    @property
    def settings(self) -> Settings:
        """Its settings."""
        with self.lived_in():
            return settings()

    @property
    def ledger(self) -> Ledger:
        """Its ledger."""
        return open_ledger(self.settings)

    @property
    def variables(self) -> dict[str, str]:
        """What a process needs in its environment to work for this home."""
        return {"HEDUI_HOME": str(self.folder), "HEDUI_INBOX": str(self.world / "inbox"), "PYTHONPATH": str(ROOT)}

    @contextmanager
    def lived_in(self) -> Iterator[None]:
        """This process works for this home."""
        before = {name: os.environ.get(name) for name in self.variables}
        os.environ.update(self.variables)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

    def moved_to(self, folder: Path) -> Home:
        """A copy of the whole installation, to do things to."""
        shutil.copytree(self.folder, folder)
        return Home(folder, self.world)

    def land(self) -> list[dict[str, str]]:
        """Land the whole inbox."""
        with self.lived_in():
            return night.land_inbox(self.world / "inbox", received_at=None, say=lambda _: None)

    def night(
        self,
        *,
        as_of: date = WORLD_AS_OF,
        known_at: datetime | None = None,
        kind: str = "nightly",
        sources: list[str] | None = None,
    ) -> dict[str, Any]:
        """One whole night; what publishing said."""
        with self.lived_in():
            return night.whole_night(
                as_of=as_of, known_at=known_at, kind=kind, sources=sources or [], request=None, say=lambda _: None
            )

    def table(self, run_id: str, name: str) -> pl.DataFrame:
        """A published table."""
        return pl.read_parquet(run_folder(self.settings, run_id) / f"{name}.parquet")

    def manifest(self, run_id: str) -> dict[str, Any]:
        """A published manifest."""
        return read_manifest(run_folder(self.settings, run_id))

    def process(self, code: str) -> subprocess.Popen[bytes]:
        """A real process that runs the code for this home."""
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code],
            env={**os.environ, **self.variables},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
