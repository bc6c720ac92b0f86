"""Shapes of recipient households: who lives together, by size; 2.67 persons per household, as the district counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Slot:
    """One member: relation to the head and years of age, the head's own range or a distance from the head's age."""

    relation: str
    low: int
    high: int


@dataclass(frozen=True)
class Shape:
    """`weight` is the share among shapes of the same size; other ages than the head's are head + low … high."""

    size: int
    weight: float
    head: tuple[int, int]
    others: tuple[Slot, ...]


_SPOUSE = Slot("spouse", -4, 4)
_CHILD = Slot("child", -34, -22)
_PARENT = Slot("parent", 20, 32)

SHAPES: tuple[Shape, ...] = (
    Shape(1, 0.55, (60, 90), ()),
    Shape(1, 0.45, (28, 59), ()),
    Shape(2, 0.42, (56, 84), (_SPOUSE,)),
    Shape(2, 0.33, (28, 52), (_CHILD,)),
    Shape(2, 0.15, (38, 58), (_PARENT,)),
    Shape(2, 0.10, (62, 76), (Slot("grandchild", -58, -48),)),
    Shape(3, 0.68, (34, 60), (_SPOUSE, _CHILD)),
    Shape(3, 0.14, (30, 50), (_CHILD, _CHILD)),
    Shape(3, 0.18, (36, 60), (_SPOUSE, _PARENT)),
    Shape(4, 0.55, (34, 52), (_SPOUSE, _CHILD, _CHILD)),
    Shape(4, 0.45, (36, 56), (_SPOUSE, _CHILD, _PARENT)),
    Shape(5, 0.60, (36, 54), (_SPOUSE, _CHILD, _CHILD, _PARENT)),
    Shape(5, 0.40, (58, 70), (_SPOUSE, _CHILD, Slot("child", -30, -22), Slot("grandchild", -60, -50))),
    Shape(6, 1.00, (38, 54), (_SPOUSE, _CHILD, _CHILD, _PARENT, Slot("other", -20, 10))),
)
SIZE_SHARES = (0.22, 0.27, 0.30, 0.13, 0.06, 0.02)
"""Shares of household sizes 1 … 6; the last few are shifted so that the persons add up."""
