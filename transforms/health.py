"""Figures over all rows of a delivery, whoever they are about: counts only, never a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from sources.card import Card
from transforms.language import amounts, codes

_PLAIN_AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
_SUM = pl.Decimal(38, 2)
_ENDS_IN_X = r"[XxＸｘ][\s\u00A0\u200B-\u200D\u3000\uFEFF']*$"
_ENDS_IN_000 = r"(000|０００)(\.0)?[\s\u00A0\u200B-\u200D\u3000\uFEFF']*$"


class HealthCount:
    """Counts batch by batch what `ledger.health` keeps of a delivery."""

    def __init__(self, card: Card, on: date, summed: Mapping[str, Any]) -> None:
        """`summed`: their columns whose sums the control file gives; codes are read as of the day `on`."""
        coded = {name: column for name, column in card.our_columns.items() if column.codes}
        self._tables = {name: (column.type, card.codes_on(str(column.codes), on)) for name, column in coded.items()}
        self._summed = {theirs: card.columns[theirs].name for theirs in summed if theirs in card.columns}
        self._id_column = card.id_column
        self._ids: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._structural: Counter[str] = Counter()
        self._sums = dict.fromkeys(self._summed, Decimal("0.00"))

    def add(self, rows: pl.DataFrame, refused: pl.DataFrame) -> None:
        """Count one batch: its rows (all String, our names) and its structurally refused lines."""
        self._structural.update(refused["reason"].to_list())
        if self._id_column:
            self._ids.update(_ids(rows[self._id_column]))
        for name, (kind, table) in self._tables.items():
            self._unknown[name] += _unknown_rows(rows[name], kind, table)
        for theirs, ours in self._summed.items():
            self._sums[theirs] += _sum(rows[ours])

    def figures(self) -> dict[str, Any]:
        """The delivery's health, as JSON values."""
        return {
            **{name: self._ids[name] for name in ("ids", "ids_ending_000", "ids_ending_x")},
            "unknown_codes": {name: count for name, count in sorted(self._unknown.items()) if count},
            "structural": dict(sorted(self._structural.items())),
            "sums": {theirs: str(total) for theirs, total in sorted(self._sums.items())},
        }


def _ids(given: pl.Series) -> dict[str, int]:
    return {
        "ids": given.len() - given.null_count(),
        "ids_ending_000": int(given.str.contains(_ENDS_IN_000).sum()),
        "ids_ending_x": int(given.str.contains(_ENDS_IN_X).sum()),
    }


def _sum(given: pl.Series) -> Decimal:
    """Almost all amounts are plain numbers, which add up as they stand; the rest is read with care."""
    plain = given.str.contains(_PLAIN_AMOUNT)
    careful = given.filter(~plain).to_frame().lazy().select(amounts.amount(pl.col(given.name), "yuan").sum())
    parts = given.filter(plain).cast(_SUM).sum(), careful.collect().item()
    return sum((Decimal(part) for part in parts if part is not None), Decimal(0))


def _unknown_rows(given: pl.Series, kind: str, table: Mapping[str, str]) -> int:
    """Rows whose code is not in the table. Almost all are, so only the rest is looked at closely, value by value."""
    doubtful = given.filter(~given.is_in(list(table))).drop_nulls()
    if not doubtful.len():
        return 0
    values = doubtful.value_counts(name="rows").rename({given.name: "code"})
    code = pl.col("code")
    astray = codes.unknown_letters(code, table) if kind == "letters" else codes.unknown(code, codes.code(code, table))
    return int(values.filter(astray)["rows"].sum())
