"""Policy numbers as data (`rules/parameters/*.yml`), in force on a day for a region; the caller passes the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from core.errors import PolicyError

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def read_rows(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Parameter name → its rows, as the files in `folder` state them."""
    read = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yml"))]
    return {one["name"]: one["values"] for one in read}


class Policy:
    """Answers what value is in force where on one day: the row of the longest matching region."""

    def __init__(self, rows: Rows, day: date) -> None:
        self._rows = {name: [row for row in each if _in_force(row, day)] for name, each in rows.items()}

    def number(self, name: str, region: str = "210106", hukou_type: str | None = None) -> float:
        """A number in force; of rows for one kind of hukou those of `hukou_type` (or of all kinds) are asked.

        Raises:
            PolicyError: no row is in force.
        """
        return float(self._row(name, region, hukou_type)["value"])

    def words(self, name: str, region: str = "210106") -> list[str]:
        """A list of codes in force."""
        return str(self._row(name, region)["text"]).split()

    def listed(self, name: str, region: str = "210106") -> set[str]:
        """The items of a set in force; a row with `listed: false` takes its item out in its region."""
        fitting = [row for row in self._rows.get(name, []) if region.startswith(str(row.get("region") or ""))]
        told: dict[str, bool] = {}
        for row in sorted(fitting, key=lambda row: len(str(row.get("region") or ""))):
            told[str(row["text"])] = bool(row.get("listed", True))
        return {item for item, stands in told.items() if stands}

    def by_region(self, name: str, region_codes: pl.Series) -> pl.Series:
        """The number in force for each region code."""
        known = {code: self.number(name, code) for code in region_codes.unique().to_list()}
        return region_codes.replace_strict(known, return_dtype=pl.Float64).cast(pl.Float64)

    def _row(self, name: str, region: str, hukou_type: str | None = None) -> Mapping[str, Any]:
        fitting = [
            row
            for row in self._rows.get(name, [])
            if region.startswith(str(row.get("region") or ""))
            and (hukou_type is None or row.get("hukou_type") in (None, hukou_type))
        ]
        if not fitting:
            raise PolicyError(
                "parameter.none_in_force",
                "no value is in force",
                where=f"{name}, region {region}",
                todo="enter the value and its document",
            )
        return max(fitting, key=lambda row: (len(str(row.get("region") or "")), row.get("hukou_type") is not None))


def _in_force(row: Mapping[str, Any], day: date) -> bool:
    return bool(row["valid_from"] <= day and (row.get("valid_to") is None or row["valid_to"] >= day))
