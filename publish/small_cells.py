"""Small cells: a count of one to four households may name one of them to somebody who knows the place."""

from __future__ import annotations

from collections.abc import Sequence

LEAST = 5


def guarded(counts: Sequence[int], *, parts: bool = True) -> list[int | None]:
    """The counts of one column, with None for each that must not be told; `parts`: they are parts of one total.

    Counts from one to four are withheld. Where that is one part alone, the next smallest goes too, for the total less
    the others would tell it. Zero is told: nobody is in it.
    """
    withheld = {place for place, number in enumerate(counts) if 0 < number < LEAST}
    if parts and len(withheld) == 1:
        others = [place for place, number in enumerate(counts) if number and place not in withheld]
        withheld |= {min(others, key=lambda place: counts[place])} if others else set()
    return [None if place in withheld else number for place, number in enumerate(counts)]
