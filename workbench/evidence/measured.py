"""How right each rule was lately, for the rule's box on a case page: counted anew every five minutes, not per page."""

from __future__ import annotations

import time
from datetime import timedelta

from core.moment import now
from core.proportion import wilson
from ledger.desk import Desk
from ledger.figures import precision
from ledger.rule_precision import RulePrecision
from ledger.scope import Scope

SINCE = timedelta(days=183)
KEPT_SECONDS = 300.0


class Measured:
    """Verdicts of the last half year by rule, within a scope."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: dict[tuple[str, ...], tuple[float, dict[str, RulePrecision]]] = {}

    def of(self, scope: Scope) -> dict[str, RulePrecision]:
        """Rule → what people said of its questions; a rule nobody judged is not named."""
        told = self._kept.get(scope.prefixes)
        if told is None or told[0] < time.monotonic():
            found = {one.rule: one for one in precision(self._desk, scope, since=now() - SINCE)}
            self._kept[scope.prefixes] = told = (time.monotonic() + KEPT_SECONDS, found)
        return told[1]


def interval(one: RulePrecision) -> tuple[int, int, int]:
    """The confirmed share of what was settled and both ends of its 95 % interval, in whole per cent."""
    low, high = wilson(one.confirmed, one.settled)
    return round(100 * one.confirmed / one.settled), round(100 * low), round(100 * high)
