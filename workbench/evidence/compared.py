"""This night beside the one before, for one household: questions, arithmetic, and what could be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ledger.finding_steps import of_household
from ledger.run import Ledger
from publish.nights import STEPS
from workbench.evidence.coverage import cells
from workbench.evidence.household import findings
from workbench.evidence.snapshot import Row, Snapshot
from workbench.evidence.worksheet import worksheet

ORDER = ("new", "changed", "gone", "ended", "held")


@dataclass(frozen=True)
class Change:
    """One finding that is new, changed, gone, ended otherwise or could not be looked for; as told then and now."""

    step: str
    rule: str
    person_key: str | None
    before: Row | None
    now: Row | None


@dataclass(frozen=True)
class Compared:
    """What changed since `day`; per capita income then and now; sources no longer, and again, to be looked at."""

    day: str
    changes: list[Change]
    per_capita: tuple[Decimal | None, Decimal | None]
    lost: list[str]
    regained: list[str]

    @property
    def same(self) -> bool:
        """Whether the night brought nothing new for this household."""
        return not (self.changes or self.lost or self.regained) and self.per_capita[0] == self.per_capita[1]


def compared(run: Snapshot, before: Snapshot, household_key: str, *, ledger: Ledger) -> Compared:
    """A household in this run beside the run before."""
    then = {row["finding_key"]: row for row in findings(before, household_key)}
    now = {row["finding_key"]: row for row in findings(run, household_key)}
    changes = [
        Change(STEPS[one.state], one.rule, one.person_key, then.get(one.finding_key), now.get(one.finding_key))
        for one in of_household(ledger, run.run_id, household_key)
        if one.state in STEPS
    ]
    unseen_then, unseen_now = _unseen(before, household_key), _unseen(run, household_key)
    return Compared(
        before.as_of,
        sorted(changes, key=lambda one: (ORDER.index(one.step), one.rule)),
        (_per_capita(before, household_key), _per_capita(run, household_key)),
        sorted(unseen_now - unseen_then),
        sorted(unseen_then - unseen_now),
    )


def _unseen(run: Snapshot, household_key: str) -> set[str]:
    """Sources of which nothing could be looked at for some member."""
    seen: dict[tuple[str, str], bool] = {}
    for row in cells(run, household_key):
        place = (row["source"], row["person_key"])
        seen[place] = seen.get(place, False) or row["value"] != "could_not_look"
    return {source for (source, _), looked in seen.items() if not looked}


def _per_capita(run: Snapshot, household_key: str) -> Decimal | None:
    sheet = worksheet(run, household_key)
    return None if sheet is None else sheet.sum["per_capita_yuan"]
