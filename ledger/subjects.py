"""Subjects: persons and households with keys that survive corrected ids, re-coded cases, splits and merges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
from sqlalchemy import Connection, select

from core.errors import DefectError
from ledger import subject_resolution, subject_state, subject_store
from ledger.run import Ledger
from ledger.schema import subject_event

COLUMNS = ("case_token", "id_token", "name_token", "birth_date", "region_code")


def resolve(ledger: Ledger, rows: pl.DataFrame, *, delivery_id: str, source: str) -> pl.DataFrame:
    """A subject list (COLUMNS; id_token and birth_date may be null) with household_key and person_key, in its order.

    Keys are given in sorted order, so they do not depend on the order of rows. Resolving the same delivery again
    finds the same keys and writes nothing.

    Raises:
        DefectError: a column is missing, or a row has no case or name.
    """
    missing = [name for name in COLUMNS if name not in rows.columns]
    if missing or rows["case_token"].null_count() or rows["name_token"].null_count():
        raise DefectError(
            "subjects.rows",
            f"a subject list needs {', '.join(COLUMNS)}, and every row a case and a name",
            where=delivery_id,
            todo="refuse rows without case or name before they are resolved",
        )

    def write(connection: Connection) -> pl.DataFrame:
        state = subject_state.load(connection, delivery_id)
        resolved = subject_resolution.resolved(state, rows.select(COLUMNS), source)
        if not (state.resolved_before and resolved.nothing_new):
            subject_store.store(connection, resolved, state, delivery_id, source)
        return resolved.rows

    keys = ledger.write_all(write)
    return rows.hstack(keys.sort("row").select("household_key", "person_key"))


def households_of(ledger: Ledger, person_keys: Iterable[str]) -> pl.DataFrame:
    """person_key, household_key: the households these persons are in now, sorted (a person may be in two cases)."""
    wanted = pl.DataFrame({"person_key": sorted(set(person_keys))}, schema={"person_key": pl.String})
    return _members(ledger).join(wanted, on="person_key").select("person_key", "household_key").sort("person_key")


def persons_of(ledger: Ledger, household_keys: Iterable[str]) -> pl.DataFrame:
    """household_key, person_key: who is in these households now, sorted."""
    wanted = pl.DataFrame({"household_key": sorted(set(household_keys))}, schema={"household_key": pl.String})
    return _members(ledger).join(wanted, on="household_key").sort("household_key", "person_key")


def events(ledger: Ledger, *, household_key: str | None = None, person_key: str | None = None) -> list[dict[str, Any]]:
    """What happened to a household or a person (`id_added recoded merged split`), in order, with the reason."""
    query = select(subject_event).order_by(subject_event.c.sequence)
    if household_key is not None:
        query = query.where(subject_event.c.household_key == household_key)
    if person_key is not None:
        query = query.where(subject_event.c.person_key == person_key)
    with ledger.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _members(ledger: Ledger) -> pl.DataFrame:
    with ledger.read() as connection:
        return subject_state.members(connection)
