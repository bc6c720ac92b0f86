"""Open the identifying text of the rows asked for, household by household, in memory only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from core.errors import replace_engine_error
from core.sealing import unseal
from warehouse.knowledge import ExtractFolder, Knowledge

HOUSEHOLDS = 2_000
"""Households opened at a time: what is plain in memory stays small however large the city."""

Given = dict[str, str]


def in_batches(households: Iterable[str]) -> Iterator[list[str]]:
    """The household keys, sorted, at most `HOUSEHOLDS` at a time."""
    keys = sorted(set(households))
    for start in range(0, len(keys), HOUSEHOLDS):
        yield keys[start : start + HOUSEHOLDS]


def opened(known: Knowledge, folder: ExtractFolder, households: list[str]) -> dict[tuple[str, str], Given]:
    """`(row_key, person_key)` → `{their column: text as delivered}` for the households' rows in this extract.

    Households whose key is erased are left out.

    Raises:
        OperatorError: a key does not open its payload.
    """
    keys = known.open_keys(households)
    found: dict[tuple[str, str], Given] = {}
    for household, payload in _payloads(folder, list(keys)):
        for row in _rows(keys[household], payload, household):
            found[row["row_key"], row["person_key"]] = row["given"]
    return found


def _payloads(folder: ExtractFolder, households: list[str]) -> list[tuple[str, bytes]]:
    with replace_engine_error("identity.sealed", where=f"sealed extract of {folder.delivery_id}"):
        scan = pl.scan_parquet(folder.folder / "sealed.parquet")
        wanted = scan.filter(pl.col("household_key").is_in(households)).select("household_key", "payload")
        return wanted.collect().rows()


def _rows(key: bytes, payload: bytes, household: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(unseal(key, payload, bound_to=f"household:{household}"))
    return rows
