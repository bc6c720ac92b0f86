"""Scope: which regions a person may see. Every function that reads households takes one; there is no default."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_, false, or_

from core.errors import DefectError
from ledger.case_schema import case_

_LEVELS = {2: "province_code", 4: "city_code", 6: "county_code", 9: "town_code", 12: "region_code"}
_COUNTY = 6


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

    def where(self, rows: Table = case_) -> ColumnElement[bool]:
        """The condition on `case_` (or on other `rows` that name all levels) that both databases get with every query.

        What lies below a county is asked for with its county, by which the queues are indexed.
        """
        if not self.prefixes:
            return false()
        return or_(*(and_(*_within(rows, prefix)) for prefix in self.prefixes))

    def parts(self) -> list[Scope]:
        """Scopes of one prefix each that together are this one, none within another; itself where there is no more."""
        wide = [
            one for one in dict.fromkeys(self.prefixes) if not any(one.startswith(p) for p in self.prefixes if p != one)
        ]
        return [Scope((one,)) for one in wide] or [self]

    def as_setting(self) -> str:
        """The prefixes as PostgreSQL's policy reads them."""
        return " ".join(self.prefixes)


def _within(rows: Table, prefix: str) -> list[ColumnElement[bool]]:
    inside: list[ColumnElement[bool]] = [rows.c[_LEVELS[len(prefix)]] == prefix]
    if len(prefix) > _COUNTY:
        inside.append(rows.c.county_code == prefix[:_COUNTY])
    return inside
