"""Recall and precision per grade, and the price of the identity queue in candidates."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tests.foreign.city import City

FEEDS = ("tax", "social_insurance", "population", "death_register")


@dataclass(frozen=True)
class Figures:
    """Of `pairs` true roster–feed pairs: how many are linked by findings' grades, how many wait in the queue."""

    source: str
    pairs: int
    usable: int
    usable_true: int
    queued: int
    queued_true: int
    by_grade: dict[str, tuple[int, int]]

    @property
    def precision(self) -> float:
        """Share of links of grade A, B or H that are true."""
        return self.usable_true / self.usable if self.usable else 1.0

    @property
    def recall(self) -> float:
        """Share of true pairs linked or queued."""
        return (self.usable_true + self.queued_true) / self.pairs

    @property
    def candidates_per_true_link(self) -> float:
        """Candidates people must look at for every true link they find there."""
        return self.queued / self.queued_true if self.queued_true else 0.0

    def __str__(self) -> str:
        grades = ", ".join(f"{grade} {true}/{made}" for grade, (made, true) in sorted(self.by_grade.items()))
        return (
            f"{self.source}: {self.pairs} true pairs; A+B precision {self.precision:.4f}, recall with the queue "
            f"{self.recall:.3f} at {self.candidates_per_true_link:.2f} candidates per true link ({grades})"
        )


def measured(city: City, source: str) -> Figures:
    """The figures of one feed."""
    links = city.links(source)
    usable = links.filter(pl.col("state") == "matched")
    queued = links.filter(pl.col("state") == "queued")
    kept = pl.concat([usable, queued])
    grades = {str(grade[0]): (group.height, int(group["true"].sum())) for grade, group in kept.group_by("grade")}
    return Figures(
        source,
        city.true_pairs(source),
        usable.height,
        int(usable["true"].sum()),
        queued.height,
        int(queued["true"].sum()),
        grades,
    )
