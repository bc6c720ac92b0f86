"""Cells → typed columns, driven by the card's column types alone; what cannot be read is null and counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from core.identity_number import upgraded
from sources.card import Card
from sources.card_column import Column
from transforms.language import amounts, codes, dates, ids, texts
from transforms.tables import TABLES
from transforms.tokens import Tokeniser, form


@dataclass(frozen=True)
class Typed:
    """`rows`: the card's columns in our types, identifying words left out. `faults`: our column → how many cells were
    `unreadable` or `unknown_code`. `refused_by`: `unknown_code` where a required code of the table is not ours to read,
    else null: what a missing day or amount means, the room's checks say."""

    rows: pl.DataFrame
    faults: dict[str, dict[str, int]]
    refused_by: pl.Series


def typed(cells: pl.DataFrame, card: Card, on: date, token: Tokeniser) -> Typed:
    """The cells (all String, our names) in our types; code tables as they stood `on` that day.

    Raises:
        PolicyError: no edition of a code table is in force that day.
    """
    columns = card.our_columns
    values = [_value(one, card, on, token).alias(name) for name, one in columns.items() if not _stays_sealed(one, card)]
    rows = cells.lazy().select(values).collect()
    found = {name: _fault(column, card, on) for name, column in columns.items()}
    both = pl.concat([cells.select(pl.all().name.prefix("given_")), rows], how="horizontal")
    marks = both.lazy().select([mark.alias(name) for name, (_, mark) in found.items() if mark is not None]).collect()
    faults = {name: {found[name][0]: int(marks[name].sum())} for name in marks.columns if marks[name].any()}
    required = [name for name in marks.columns if found[name][0] == "unknown_code" and _needed(name, card)]
    refused = pl.any_horizontal(f"bad_{name}" for name in required) if required else pl.lit(False)
    word = pl.when(refused).then(pl.lit("unknown_code")).alias("refused_by")
    return Typed(
        rows, faults, cells.hstack(marks.select(pl.all().name.prefix("bad_"))).with_columns(word)["refused_by"]
    )


def _stays_sealed(column: Column, card: Card) -> bool:
    """Identifying words are compared on their way in and then stand in the sealed payload only."""
    wordy = column.type in ("name", "text", "account", "plate", "token")
    return wordy and column.name not in TABLES[card.table].types


def _needed(name: str, card: Card) -> bool:
    """A column the card requires and the table holds; a person's sex is read from the number too."""
    return card.our_columns[name].required and name in TABLES[card.table].types and name != "sex_code"


def _value(column: Column, card: Card, on: date, token: Tokeniser) -> pl.Expr:
    given = pl.col(column.name)
    kind = column.type
    if kind == "token" or (kind in ("account", "plate") and column.name.endswith("_token")):
        return token(form(kind, column.name, given))
    if kind in ("code", "flag", "letters"):
        table = card.codes_on(str(column.codes), on)
        return {"code": codes.code, "flag": codes.flag, "letters": codes.letter_set}[kind](given, table)
    if kind in ("amount", "rate"):
        return {"amount": amounts.amount, "rate": amounts.rate}[kind](given, str(column.unit))
    return _PLAIN[kind](given)


_PLAIN = {
    "text": texts.tidied,
    "id_number": lambda given: upgraded(ids.cleaned(given)),
    "date": dates.day,
    "month": dates.month,
    "year": dates.year,
    "count": amounts.count,
}


def _fault(column: Column, card: Card, on: date) -> tuple[str, pl.Expr | None]:
    given, value = pl.col(f"given_{column.name}"), pl.col(column.name)
    if column.type in ("date", "month", "year"):
        return "unreadable", dates.unreadable(given, value)
    if column.type in ("amount", "rate", "count"):
        return "unreadable", amounts.unreadable(given, value)
    if column.type in ("code", "flag"):
        return "unknown_code", codes.unknown(given, value)
    if column.type == "letters":
        return "unknown_code", codes.unknown_letters(given, card.codes_on(str(column.codes), on))
    return "", None
