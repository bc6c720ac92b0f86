"""How large each world is. District: 620,000 residents, 14 subdistricts, 108 communities, 27,537 recipient households
with 73,499 persons (a district's experience paper of 2009); city: 5 M residents, 65,564 households / 175,000 persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ScaleName = Literal["town", "district", "city"]


@dataclass(frozen=True)
class Scale:
    """Residents include recipients. `share` scales the district's counts of events; `counties` are GB/T 2260 codes."""

    name: ScaleName
    residents: int
    households: int
    members: int
    share: float
    counties: tuple[str, ...]

    def count(self, in_district: int) -> int:
        """A number of events of the district, carried over to this scale; at least one."""
        return max(1, round(in_district * self.share))


SCALES: dict[str, Scale] = {
    "district": Scale("district", 620_000, 27_537, 73_499, 1.0, ("210106",)),
    "city": Scale(
        "city",
        5_000_000,
        65_564,
        175_000,
        65_564 / 27_537,
        ("210106", "210102", "210103", "210104", "210105", "210111", "210112", "210113"),
    ),
}
