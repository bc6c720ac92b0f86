"""Open the identifying text of the rows asked for, household by household, in memory only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from core.errors import replace_engine_error
from transforms.sealed import opened as opened_payloads
from warehouse.knowledge import ExtractFolder

HOUSEHOLDS = 2_000
"""Households opened at a time: what is plain in memory stays small however large the city."""


def in_batches(households: Iterable[str]) -> Iterator[list[str]]:
    """The household keys, sorted, at most `HOUSEHOLDS` at a time."""
    keys = sorted(set(households))
    for start in range(0, len(keys), HOUSEHOLDS):
        yield keys[start : start + HOUSEHOLDS]


def opened(folder: ExtractFolder, keys: Mapping[str, bytes]) -> dict[tuple[str, str], dict[str, str | None]]:
    """`(row_key, person_key)` → `{their column: text as delivered}` for the households whose keys are given.

    Rows that name a case and no member of it are left out.

    Raises:
        OperatorError: a key does not open its payload.
    """
    with replace_engine_error("identity.sealed", where=f"sealed extract of {folder.delivery_id}"):
        payloads = opened_payloads(folder.folder / "sealed.parquet", keys)
    return {
        (row["row_key"], row["person_key"]): row["given"]
        for rows in payloads.values()
        for row in rows
        if row["person_key"] is not None
    }
