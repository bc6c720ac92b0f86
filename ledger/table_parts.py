"""The parts that the ledger's tables are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKey, Integer, MetaData, String, Table, Text

from ledger.column_types import Instant, Sequence

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def sequence() -> Column[int]:
    return Column("sequence", Sequence, primary_key=True, autoincrement=True)


def text(name: str, *, null: bool = False, index: bool = False) -> Column[str]:
    return Column(name, String, nullable=null, index=index)


def at(name: str = "at", *, null: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=null)


def of(table: str, key: str) -> Column[str]:
    return Column(key, String, ForeignKey(f"{table}.{key}"), nullable=False, index=True)


def number(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=null)


def words(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def one_of(table: str, column: str, allowed: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{one}'" for one in allowed)
    return CheckConstraint(f"{column} in ({listed})", name=f"ck_{table}_{column}")


def said(table: str, column: str) -> CheckConstraint:
    return CheckConstraint(f"length(trim({column})) > 0", name=f"ck_{table}_{column}")


def appended(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Append one row to a table with a `sequence`; its number."""
    return int(connection.execute(table.insert().values(row).returning(table.c.sequence)).scalar_one())


def batched(ids: Iterable[int], size: int = 5_000) -> Iterator[list[int]]:
    """Row numbers in lists short enough for one IN clause of either database."""
    waiting = iter(ids)
    while batch := list(islice(waiting, size)):
        yield batch
