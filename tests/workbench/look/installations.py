"""The installations that are photographed: each is kept until what makes it changes."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from core.settings import ROOT, Settings
from ledger.run import open_ledger
from publish.recall import recall
from tests.night.conftest import TOWN_SEED
from tests.night.home import Home
from tests.publish.nights import DAY, Nights, car, listed, write_rules
from tests.warehouse.centre import Centre
from tests.warehouse.rooms import write_rooms
from tests.workbench.test_unusual_households import people
from workbench.accounts import demonstration_password
from world.run import make_world

_FLOORS = ("core", "ledger", "sources", "transforms", "expectations", "warehouse", "rules", "publish", "world")
SMALL: dict[str, Any] = {"threads": 2, "memory_limit": "1GB"}


def kept_in(folder: Path) -> Path:
    """Where installations made by the floors as they are now are kept; those that other text made are taken away."""
    made_by = hashlib.sha256()
    for floor in _FLOORS:
        for path in sorted(one for one in (ROOT / floor).rglob("*.*") if one.suffix in (".py", ".yml", ".txt", ".sql")):
            made_by.update(path.read_bytes())
    kept = folder / made_by.hexdigest()[:16]
    for other in folder.glob("*"):
        if other != kept:
            shutil.rmtree(other)
    return kept


def town(folder: Path) -> Settings:
    """The invented town after its first night, with the people of the demonstration and a share of blind reviews."""
    home = Home(folder / "home", folder / "world")
    with patch.dict(os.environ, HEDUI_BLIND_SHARE="0.3"):
        return _made_once(folder, home.settings, lambda _: _town_night(home))


def before_the_first_night(folder: Path) -> Settings:
    """An installation with people and nothing else."""
    return _made_once(folder, Settings(home=folder / "home"), lambda of: None)


def unusual(folder: Path) -> Settings:
    """Twelve members, names of forty characters, rare characters, nothing found."""
    return _made_once(folder, _of_tests(folder, sample_share=1), _unusual_night)


def rejected(folder: Path) -> Settings:
    """Three nights: a good one, one that two people took back, and one that the gate did not let through."""
    return _made_once(folder, _of_tests(folder, sample_share=0), _rejected_night)


def _town_night(home: Home) -> None:
    make_world("town", TOWN_SEED, home.world, progress=lambda _: None)
    home.land()
    home.night()


def _unusual_night(settings: Settings) -> None:
    cars = [car(key, f"t{key}") for key in ("p01", "p02", "p08", "p31", "p41")]
    Nights(Centre(settings, open_ledger(settings))).night(DAY, people(), cars)


def _rejected_night(settings: Settings) -> None:
    ledger = open_ledger(settings)
    nights = Nights(Centre(settings, ledger))
    roster = [listed(f"p{number}", region_code="210106004001") for number in range(30)]
    nights.night(DAY, roster, [car("p1")])
    taken_back = nights.night(DAY + timedelta(days=1), roster, [car("p1"), car("p2", "t2")])
    for person in ("supervisor", "steward"):
        reason = "车辆登记送错了月份"
        recall(taken_back.run_id, by=person, reason=reason, ledger=ledger, settings=settings)
    damaged = [{**one, "roster_id_state": "damaged"} for one in roster]
    nights.night(DAY + timedelta(days=2), damaged, [car("p1")])


def _of_tests(folder: Path, sample_share: float) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"sources_folder": folder / "rooms", "rules_folder": folder / "rules"}
    if not pages["rules_folder"].exists():
        write_rooms(folder / "rooms")
        write_rules(folder / "rules")
    return Settings(home=folder / "home").model_copy(
        update={**SMALL, **pages, "sample_share": sample_share, "blind_share": 0}
    )


def _made_once(folder: Path, settings: Settings, make: Callable[[Settings], None]) -> Settings:
    done = folder / "made"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        make(settings)
        demonstration_password(settings)
        done.touch()
    return settings
