"""Deliveries read side by side in several processes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from core.errors import DefectError
from publish import night, readers
from tests.night.home import Home
from world.run import WORLD_AS_OF

READ = """
from publish import night, readers
readers.WORTH_PROCESSES = 0
print("started", flush=True)
night.extract_all({run_id!r}, night.feeds_to_extract({run_id!r}))
"""


@pytest.fixture
def admitted(landed: Home, tmp_path: Path) -> tuple[Home, str]:
    """A home whose roster is admitted and whose feeds wait to be read."""
    home = landed.moved_to(tmp_path / "home")
    with home.lived_in():
        run_id = night.begin(as_of=WORLD_AS_OF, known_at=None, kind="nightly", sources=[], request=None)
        return home, night.admit_roster(run_id)


def test_several_processes_leave_the_same_bytes_as_one(
    admitted: tuple[Home, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, run_id = admitted
    together = alone.moved_to(tmp_path / "together")
    with alone.lived_in():
        counts = night.extract_all(run_id, night.feeds_to_extract(run_id))
    monkeypatch.setattr(readers, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(
        readers, "_read", lambda *_: DefectError("read.here", "read in this process", where="", todo="")
    )
    with together.lived_in():
        assert night.extract_all(run_id, night.feeds_to_extract(run_id)) == counts
        assert not night.feeds_to_extract(run_id)
    assert counts["extracted"] > 20
    assert _extracts(together) == _extracts(alone)


def test_reading_processes_end_when_the_one_that_began_them_is_killed(admitted: tuple[Home, str]) -> None:
    home, run_id = admitted
    process = home.process(READ.format(run_id=run_id))
    while not (begun := _begun_by(process.pid)):
        assert process.poll() is None, "it ended before it began another"
        time.sleep(0.05)
    process.kill()
    process.communicate()
    while any(Path(f"/proc/{one}").exists() for one in begun):
        time.sleep(0.05)


def _begun_by(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _extracts(home: Home) -> dict[str, bytes]:
    folder = home.folder / "extracts"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
