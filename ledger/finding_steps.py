"""What one night did to the findings of one household."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from ledger.run import Ledger
from ledger.schema import finding_event


@dataclass(frozen=True)
class FindingStep:
    """One finding that became something else: `state` as in `ledger.lives.STATES`; unchanged ones leave no step."""

    finding_key: str
    rule: str
    person_key: str | None
    state: str


def of_household(ledger: Ledger, run_id: str, household_key: str) -> list[FindingStep]:
    """The steps of a household's findings in a run, in the order they were recorded."""
    names = ("finding_key", "rule", "person_key", "state")
    query = select(*(finding_event.c[name] for name in names)).where(
        finding_event.c.run_id == run_id, finding_event.c.household_key == household_key
    )
    with ledger.read() as connection:
        return [FindingStep(*row) for row in connection.execute(query.order_by(finding_event.c.sequence))]
