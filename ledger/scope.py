"""Scope: which regions a person may see. Every function that reads households takes one; there is no default."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_

from core.errors import DefectError
from ledger.case_schema import case_

_LEVELS = {
    2: case_.c.province_code,
    4: case_.c.city_code,
    6: case_.c.county_code,
    9: case_.c.town_code,
    12: case_.c.region_code,
}


@dataclass(frozen=True)
class Scope:
    """Administrative prefixes (2, 4, 6, 9 or 12 digits: province, city, county, town, community); none sees nothing.

    Raises:
        DefectError: a prefix is not of one of these levels.
    """

    prefixes: tuple[str, ...]

    def __post_init__(self) -> None:
        for prefix in self.prefixes:
            if len(prefix) not in _LEVELS or not (prefix.isascii() and prefix.isdigit()):
                raise DefectError(
                    "scope.prefix",
                    "not an administrative prefix",
                    where=f"{prefix!r}",
                    todo="use 2, 4, 6, 9, 12 digits",
                )

    def covers(self, region_code: str) -> bool:
        """Whether a region lies within the scope."""
        return region_code.startswith(self.prefixes)

    def where(self) -> ColumnElement[bool]:
        """The condition on `case_` that both databases get with every query."""
        if not self.prefixes:
            return false()
        return or_(*(_LEVELS[len(prefix)] == prefix for prefix in self.prefixes))

    def as_setting(self) -> str:
        """The prefixes as PostgreSQL's policy reads them."""
        return " ".join(self.prefixes)
