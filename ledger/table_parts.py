"""The parts that the ledger's tables are made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, String

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
