"""A night of the invented town in production: by a released set of rules, made by the scheduler's own login."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from core.settings import ROOT
from tests.docker.profile_by_hand import Profile


def a_night_was_published(one: Profile) -> None:
    """The invented town lands, its office's policy is released, and a night asks by it."""
    world = one.folder / "world"
    one.told("scheduler", "hedui", "world", "--scale", "town", "--seed", "7", "--out", world)
    by = {"HEDUI_RULES_FOLDER": str(_verified_rules(one.folder / "rules"))}
    one.told("scheduler", "hedui", "policy", "release", "--by", "王燕", "--note", "首次发布", **by)
    one.told("scheduler", "hedui", "land", "--inbox", world / "inbox")
    one.told("scheduler", "hedui", "run", "--as-of", "2026-06-20")


def _verified_rules(folder: Path) -> Path:
    """The rules of the house with every number of policy verified by the invented town's office: production asks by no
    other."""
    shutil.copytree(ROOT / "rules", folder)
    for page in (folder / "parameters").glob("*.yml"):
        told = yaml.safe_load(page.read_text("utf-8"))
        for value in told["values"]:
            value["verified"] = {"by": "虚构县民政局", "on": "2026-01-05"}
        page.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), "utf-8")
    return folder
