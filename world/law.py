"""The law of the invented district as its approving offices apply it: what a household's benefit follows from.

The offices' own statement of it, kept apart from the policy files of the pipeline: amounts in yuan, months counted back
from the month of the day.
"""

from __future__ import annotations

from datetime import date

LINES = ((date(2024, 7, 1), 720), (date(2025, 7, 1), 760))
"""Monthly line per person, each from its day on."""
WINDOW_MONTHS = {"urban": 1, "rural": 2}
"""Months before the month of the day over which income is added up."""
COST_OF_WORKING = (1, 5)
"""One fifth of a wage is taken off for what working costs."""
NEW_WORK_MONTHS, NEW_WORK_LINES = 6, 2
"""Work begun after the approval: for six months up to twice the line of what it brings is left out."""
NOT_COUNTED_ITEMS = ("resident_pension", "vehicle")


def line_on(day: date) -> int:
    """The monthly line per person on a day, in yuan."""
    return next(yuan for since, yuan in reversed(LINES) if since <= day)


def line_before(day: date) -> int:
    """The line that the one of the day replaced."""
    in_force = line_on(day)
    return next(yuan for _, yuan in reversed(LINES) if yuan != in_force)
