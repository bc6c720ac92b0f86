"""What a declared table is, the columns all tables share, and the check that a frame keeps the declaration."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from core.errors import DefectError
from transforms.language.amounts import MONEY, RATE

BOOLEAN, DAY, INTEGER, LONG, TEXT = pl.Boolean(), pl.Date(), pl.Int32(), pl.Int64(), pl.String()
BASES = ("id18", "id15", "repaired", "near", "case", "none")
BIRTHS = ("same", "different", "missing")


@dataclass(frozen=True)
class Column:
    """A column's promise: type, unit, who may be hurt by it (`none`, `financial`, `health`), and what it means.

    `words` are the only values it may hold; empty means any.
    """

    name: str
    kind: pl.DataType
    meaning: str
    unit: str = ""
    sensitivity: str = "none"
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of the extracts: what one row is, and its own columns after the common ones."""

    name: str
    title_zh: str
    row: str
    columns: tuple[Column, ...]

    @property
    def types(self) -> dict[str, pl.DataType]:
        """The table's own columns with their types, in order."""
        return {column.name: column.kind for column in self.columns}


def code(name: str, meaning: str, words: str) -> Column:
    """A column of our codes; `words` separated by blanks."""
    return Column(name, TEXT, meaning, words=tuple(words.split()))


def month(name: str, meaning: str) -> Column:
    """A first day of a month."""
    return Column(name, DAY, meaning, unit="month")


def day(name: str, meaning: str) -> Column:
    """A calendar day."""
    return Column(name, DAY, meaning, unit="day")


def yuan(name: str, meaning: str, period: str) -> Column:
    """An amount in yuan for a period (`month`, `year`, `period`, `once`)."""
    return Column(name, MONEY, meaning, unit=f"yuan/{period}" if period != "once" else "yuan", sensitivity="financial")


def share(name: str, meaning: str) -> Column:
    """A share of one."""
    return Column(name, RATE, meaning, unit="share of 1", sensitivity="financial")


def token(name: str, meaning: str) -> Column:
    """A keyed hash: equality without the value."""
    return Column(name, TEXT, meaning)


def text(name: str, meaning: str) -> Column:
    """Free text without identifying content."""
    return Column(name, TEXT, meaning)


COMMON = (
    text("row_key", "`<delivery_id>:<line>`"),
    text("delivery_id", "the delivery the row stands in"),
    text("source", "the room it came through"),
    Column("line_number", LONG, "line of the file, the first line is 1"),
    token("row_hash", "HMAC-SHA256 of the row as delivered, 128 bits, hex"),
    text("person_key", "whose row this may be; null where a case is named and no member of it"),
    code("id_basis", "by what it was matched", " ".join(BASES)),
    code(
        "name_relation",
        "how the delivered name stands to the known one",
        "same dot rare former cut homophone different missing",
    ),
    code("birth_relation", "how the delivered birth date stands to the known one", " ".join(BIRTHS)),
    text("refused_by", "the check that refused the row; null for a row that may be used"),
)
"""What every table's rows begin with."""


def enforced(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The frame, when it holds exactly the common and the table's columns with their types and words.

    Raises:
        DefectError: a column is missing, astray, of another type, or holds a word outside its list. Names no value.
    """
    wanted = {column.name: column.kind for column in (*COMMON, *table.columns)}
    if (found := dict(frame.schema)) != wanted or list(found) != list(wanted):
        astray = sorted({name for name in wanted | found if wanted.get(name) != found.get(name)}) or ["order"]
        raise _broken(table, f"columns differ from the declared schema: {', '.join(astray)}")
    for column in (*COMMON, *table.columns):
        if column.words and not frame[column.name].is_in([*column.words, None], nulls_equal=True).all():
            raise _broken(table, f"column {column.name} holds a word that is not declared")
    return frame


def _broken(table: Table, what: str) -> DefectError:
    return DefectError(
        "transform.schema", what, where=f"transforms/{table.name}.py", todo="correct the transform or transforms/schema"
    )
