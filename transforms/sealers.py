"""The households' keys of this process: opened once, and anew as soon as any key was erased."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import polars as pl

from ledger import keys
from ledger.run import Ledger
from transforms.index import Index
from transforms.sealed import Sealer, payloads
from transforms.subject_set import Subjects

_OPEN: dict[object, dict[str, Sealer]] = {}
"""By ledger and its erasures. In memory only; an erasure drops them all."""


def sealed_rows(given: pl.DataFrame, subjects: Subjects, ledger: Ledger) -> pl.DataFrame:
    """Rows as delivered (`extract_rows.Rows.given`) sealed once per household they belong to: the named case's, and
    every one of the person's.

    Raises:
        OperatorError: the key of one of them was erased.
    """
    of_person = _homes(subjects).beside(given).with_columns(pl.col("home").alias("household_key")).drop("home")
    both = pl.concat([given.drop_nulls("household_key"), of_person.select(given.columns)])
    rows = both.unique(["row_key", "person_key", "household_key"])
    return payloads(rows, sealers(ledger, rows["household_key"].unique().to_list()))


def sealers(ledger: Ledger, households: Iterable[str]) -> dict[str, Sealer]:
    """A sealer for each of the households; keys are made where there are none.

    Raises:
        OperatorError: the key of one of them was erased.
    """
    standing = ledger.settings.home, str(ledger.engine.url), keys.erasures(ledger)
    if standing not in _OPEN:
        _OPEN.clear()
        _OPEN[standing] = {}
    known = _OPEN[standing]
    wanted = set(households)
    opened = keys.create_many(ledger, [f"household:{key}" for key in wanted - known.keys()])
    for name, key in opened.items():
        household = name.removeprefix("household:")
        known[household] = Sealer(household, key)
    return {key: known[key] for key in wanted}


@lru_cache(maxsize=2)
def _homes(subjects: Subjects) -> Index:
    """By person_key: home, every household of the person."""
    return Index(subjects.people.select("person_key", pl.col("household_key").alias("home")).unique(), "person_key")
