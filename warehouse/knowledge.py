"""What a run may know when it begins to join: everything the ledger says for its moment, as plain frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars._typing import PolarsDataType

from core.moment import Moment
from sources.card import Card

DELIVERY: dict[str, PolarsDataType] = {
    "delivery_id": pl.String,
    "source": pl.String,
    "file_name": pl.String,
    "sha256": pl.String,
    "state": pl.String,
    "used": pl.Boolean,
    "as_of": pl.Date,
    "period_month": pl.Date,
    "part": pl.String,
    "slot_month": pl.Date,
    "landed_at": pl.Datetime("us", "UTC"),
    "unsearched_reason": pl.String,
    "rows": pl.Int64,
    "structurally_refused": pl.Int64,
    "duplicate": pl.Int64,
    "unusable_id": pl.Int64,
    "not_subject": pl.Int64,
    "refused_by_meaning": pl.Int64,
    "matched": pl.Int64,
}
VERDICT: dict[str, PolarsDataType] = {
    "person_key": pl.String,
    "source": pl.String,
    "provider_identity_token": pl.String,
    "verdict": pl.String,
    "by_whom": pl.String,
    "subject_fingerprint": pl.String,
    "provider_fingerprint": pl.String,
}
FEED: dict[str, PolarsDataType] = {
    "source": pl.String,
    "state": pl.String,
    "reason": pl.String,
    "by_whom": pl.String,
    "since": pl.Datetime("us", "UTC"),
}
RESULT: dict[str, PolarsDataType] = {
    "run_id": pl.String,
    "source": pl.String,
    "delivery_id": pl.String,
    "suite": pl.String,
    "check_name": pl.String,
    "level": pl.String,
    "action": pl.String,
    "rows": pl.Int64,
    "unexpected": pl.Int64,
    "success": pl.Boolean,
    "severity": pl.String,
}


@dataclass(frozen=True)
class ExtractFolder:
    """One extract of one delivery for one subject set."""

    delivery_id: str
    source: str
    subject_set: str
    folder: Path
    place: int
    """In the order in which extracts were made: of two that bring a person's row, the later knows the person better."""


@dataclass(frozen=True)
class Knowledge:
    """The inputs of one warehouse. Frames have the columns and types of the constants above.

    `subjects` is `subject_set, person_key`; `open_keys` gives the keys of the households asked for,
    those erased left out.
    """

    run_id: str
    moment: Moment
    cards: Mapping[str, Card]
    deliveries: pl.DataFrame
    extracts: tuple[ExtractFolder, ...]
    subjects: pl.DataFrame
    verdicts: pl.DataFrame
    feeds: pl.DataFrame
    results: pl.DataFrame
    open_keys: Callable[[Iterable[str]], Mapping[str, bytes]]
    token_key: bytes
