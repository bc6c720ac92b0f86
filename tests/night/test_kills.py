"""`kill -9` at every floor, then the retry, with real processes: nothing lost, doubled or half visible."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger import deliveries, runs
from publish import night
from tests.night.home import Home
from world.run import WORLD_AS_OF

STEPS = ("admit_roster", "extract", "expect", "join", "ask", "publish")
CODE = "from publish import night; print('started', flush=True); {call}"
LAND = "from pathlib import Path; night.land_inbox(Path({inbox!r}), received_at=None, say=lambda _: None)"


@dataclass(frozen=True)
class Stages:
    """The home as it stood before each step, how long the step took, and what the whole night found in the end."""

    before: dict[str, Home]
    seconds: dict[str, float]
    run_id: str
    findings: str


@pytest.fixture(scope="module")
def stages(landed: Home, tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """One undisturbed night, with a copy of the home before each step."""
    folder = tmp_path_factory.mktemp("stages")
    home = landed.moved_to(folder / "home")
    before: dict[str, Home] = {}
    seconds: dict[str, float] = {}
    with home.lived_in():
        run_id = night.begin(as_of=WORLD_AS_OF, known_at=None, kind="nightly", sources=[], request=None)
        for step in STEPS:
            before[step] = home.moved_to(folder / f"before_{step}")
            started = time.monotonic()
            _run(step, run_id)
            seconds[step] = time.monotonic() - started
    return Stages(before, seconds, run_id, home.manifest(run_id)["findings_hash"])


@pytest.mark.parametrize("share", [0.5])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_killed_and_tried_again_ends_as_if_nothing_had_happened(
    step: str, share: float, stages: Stages, tmp_path: Path
) -> None:
    home = stages.before[step].moved_to(tmp_path / "home")
    _kill(home, _call(step, stages.run_id), after=share * stages.seconds[step])
    assert runs.current(home.ledger) in (None, stages.run_id)
    assert (runs.current(home.ledger) is None) == (runs.get(home.ledger, stages.run_id).state != "published")
    with home.lived_in():
        for later in STEPS[STEPS.index(step) :]:
            _run(later, stages.run_id)
    assert home.manifest(stages.run_id)["findings_hash"] == stages.findings
    assert [path.name for path in (home.folder / "runs").iterdir()] == [stages.run_id]


@pytest.mark.parametrize("after", [0.3, 1.5])
def test_a_landing_killed_and_tried_again_loses_and_doubles_nothing(after: float, landed: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", landed.world)
    shutil.copytree(landed.folder / "keys", home.folder / "keys")
    _kill(home, LAND.format(inbox=str(home.world / "inbox")), after=after)
    home.land()
    whole = {(one.delivery_id, one.sha256) for one in deliveries.list_deliveries(landed.ledger)}
    assert {(one.delivery_id, one.sha256) for one in deliveries.list_deliveries(home.ledger)} == whole
    stored = sorted(path.name for path in (home.folder / "landing").rglob("*") if path.is_file())
    assert stored == sorted(path.name for path in (landed.folder / "landing").rglob("*") if path.is_file())


def _run(step: str, run_id: str) -> None:
    if step == "extract":
        for source in night.feeds_to_extract(run_id):
            night.extract(run_id, source)
    else:
        getattr(night, step)(run_id)


def _call(step: str, run_id: str) -> str:
    if step == "extract":
        return f"[night.extract({run_id!r}, source) for source in night.feeds_to_extract({run_id!r})]"
    return f"night.{step}({run_id!r})"


def _kill(home: Home, call: str, *, after: float) -> None:
    """Start the call in a process of its own and kill it hard, so long after it began its work."""
    process = home.process(CODE.format(call=call))
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    time.sleep(after)
    process.kill()
    process.communicate()
