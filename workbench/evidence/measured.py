"""How right each rule was lately, for the rule's box on a case page: counted anew every five minutes, not per page."""

from __future__ import annotations

from datetime import timedelta

from core.moment import now
from core.proportion import wilson
from ledger.desk import Desk
from ledger.figures import precision
from ledger.rule_precision import RulePrecision
from ledger.scope import Scope
from workbench.kept import Kept

SINCE = timedelta(days=183)


class Measured:
    """Verdicts of the last half year by rule, within a scope."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: Kept[dict[str, RulePrecision]] = Kept()

    def of(self, scope: Scope) -> dict[str, RulePrecision]:
        """Rule → what people said of its questions; a rule nobody judged is not named."""
        return self._kept.of(scope.prefixes, lambda: self._count(scope))

    def _count(self, scope: Scope) -> dict[str, RulePrecision]:
        return {one.rule: one for one in precision(self._desk, scope, since=now() - SINCE)}


def interval(one: RulePrecision) -> tuple[int, int, int]:
    """The confirmed share of what was settled and both ends of its 95 % interval, in whole per cent."""
    low, high = wilson(one.confirmed, one.settled)
    return round(100 * one.confirmed / one.settled), round(100 * low), round(100 * high)
