"""The newest night, where it did not become what readers see: every page says so, for otherwise all looks the same."""

from __future__ import annotations

from typing import NamedTuple

from core.moment import RunKind
from ledger import runs
from workbench.evidence.snapshot import Snapshot
from workbench.house import House
from workbench.words.catalogue import marked, teller
from workbench.words.codes import said

_MISSED = ("rejected", "failed", "recalled")
_OLDER = marked("%(day)s 的夜间批次%(state)s；各页仍是 %(shown)s 那一批的结果。")
_NOTHING = marked("%(day)s 的夜间批次%(state)s；现在没有当前批次。")


class MissedNight(NamedTuple):
    """What is said of it, and its run."""

    words: str
    run_id: str


def missed_night(house: House, shown: Snapshot | None, language: str) -> MissedNight | None:
    """The newest nightly run, where it was rejected, recalled or failed while readers see `shown` or nothing."""
    newest = runs.newest(house.desk.ledger, RunKind.NIGHTLY)
    if newest is None or newest.state not in _MISSED:
        return None
    state = said("run", newest.state, language)
    told = {"day": newest.as_of, "state": state if language == "zh" else state.lower()}
    tell = teller(language)
    if shown is None:
        return MissedNight(tell(_NOTHING, **told), newest.run_id)
    return MissedNight(tell(_OLDER, **told, shown=shown.as_of), newest.run_id)
