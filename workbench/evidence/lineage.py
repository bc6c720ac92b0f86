"""What went into a run and what came of it: deliveries, checks, rules. Counts and hashes, no person."""

from __future__ import annotations

from dataclasses import dataclass

from sources.card import Card
from workbench.evidence.snapshot import Row, Snapshot

CLASSES = ("matched", "not_subject", "duplicate", "unusable_id", "refused_by_meaning", "structurally_refused")


@dataclass(frozen=True)
class FeedLineage:
    """One source: its card, its deliveries of the run, newest first, and how many checks they failed."""

    card: Card
    deliveries: list[Row]
    failed_checks: int

    @property
    def rows(self) -> int:
        """Rows of the deliveries that the run used."""
        return sum(one["rows"] or 0 for one in self.deliveries if one["used"])

    @property
    def matched(self) -> int:
        """Rows among them that are a subject's."""
        return sum(one["matched"] or 0 for one in self.deliveries if one["used"])


def feeds_of(run: Snapshot, cards: dict[str, Card]) -> list[FeedLineage]:
    """Every source that delivered, by name."""
    found: dict[str, list[Row]] = {}
    for row in run.rows("select * from run_delivery order by source, coalesce(as_of, period_month) desc, file_name"):
        found.setdefault(row["source"], []).append(row)
    failed = {row["source"]: row["failed"] for row in run.rows(_FAILED)}
    return [FeedLineage(cards[name], listed, failed.get(name, 0)) for name, listed in found.items() if name in cards]


def rules_of(run: Snapshot) -> list[Row]:
    """Every rule that was asked: version, questions, and for how many households it could not be asked."""
    return run.rows("select * from rule_run order by findings desc, rule")


_FAILED = """
    select source, count(distinct (delivery_id, check_name)) as failed
    from expectation_result where not success group by source
"""
