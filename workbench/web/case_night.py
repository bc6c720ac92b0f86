"""What a case page tells of the night itself: what changed since the one before, which feeds are late, how right the
rules were lately, and the worksheet drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import OperatorError
from ledger.cases import Case
from ledger.rule_precision import RulePrecision
from ledger.scope import Scope
from workbench.evidence.compared import Compared, compared
from workbench.evidence.feeds import Freshness, freshness
from workbench.evidence.snapshot import Snapshot
from workbench.evidence.waterfall import Waterfall, waterfall
from workbench.house import House
from workbench.web.case_view import CaseEvidence

LATE = ("late", "refused", "missing")


@dataclass(frozen=True)
class Night:
    """`compared` is none where there is no earlier night to compare with; `feeds` is source → how fresh it was."""

    compared: Compared | None
    feeds: Mapping[str, Freshness]
    measured: Mapping[str, RulePrecision]
    drawn: Waterfall | None

    @property
    def late(self) -> list[Freshness]:
        """The feeds whose newest days were not seen."""
        return [one for one in self.feeds.values() if one.state in LATE]


def night_of(house: House, scope: Scope, case: Case, view: CaseEvidence) -> Night:
    """Gather it for a case whose evidence was read from `view.run`."""
    before = _before(house, view.run)
    told = compared(view.run, before, case.household_key, ledger=house.desk.ledger) if before else None
    feeds = {one.source: one for one in freshness(view.run, house.cards) if one.source in view.sources}
    drawn = waterfall(view.worksheet) if view.worksheet else None
    return Night(told, feeds, house.measured.of(scope), drawn)


def _before(house: House, run: Snapshot) -> Snapshot | None:
    known = [one.run_id for one in house.nights.published()]
    place = known.index(run.run_id) if run.run_id in known else 0
    if not place:
        return None
    try:
        return house.run(known[place - 1])
    except OperatorError:
        return None
