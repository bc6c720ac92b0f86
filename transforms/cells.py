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
    read = {
        name: _by_distinct(cells[name], column, card, on, token)
        for name, column in card.our_columns.items()
        if not _stays_sealed(column, card)
    }
    marks = {name: one["bad"] for name, one in read.items() if one["bad"].any()}
    words = {name: _FAULTS[card.our_columns[name].type] for name in marks}
    faults = {name: {words[name]: int(bad.sum())} for name, bad in marks.items()}
    required = [bad for name, bad in marks.items() if words[name] == "unknown_code" and _needed(name, card)]
    refused = pl.any_horizontal(required) if required else pl.repeat(False, cells.height)
    word = pl.select(pl.when(refused).then(pl.lit("unknown_code")).alias("refused_by")).to_series()
    return Typed(pl.DataFrame([one["value"].alias(name) for name, one in read.items()]), faults, word)


def _by_distinct(given: pl.Series, column: Column, card: Card, on: date, token: Tokeniser) -> pl.DataFrame:
    """value and bad (Boolean) of each cell; every distinct text is read once."""
    distinct = given.unique(maintain_order=True)
    value = distinct.to_frame().lazy().select(_value(column, card, on, token)).collect().to_series()
    known = pl.DataFrame({"given": distinct, "value": value})
    doubtful = distinct.is_not_null() if column.type == "letters" else distinct.is_not_null() & value.is_null()
    bad = pl.repeat(False, known.height, eager=True)
    if doubtful.any():
        found = known.lazy().filter(doubtful).select(_fault(column, card, on)).collect().to_series()
        bad = bad.scatter(doubtful.arg_true(), found)
    cells = given.alias("given").to_frame()
    return cells.join(
        known.with_columns(bad.alias("bad")), on="given", how="left", nulls_equal=True, maintain_order="left"
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


def _fault(column: Column, card: Card, on: date) -> pl.Expr:
    """Boolean over the columns given and value: something was written that is not ours to read."""
    given, value = pl.col("given"), pl.col("value")
    if column.type in ("date", "month", "year"):
        return dates.unreadable(given, value)
    if column.type in ("amount", "rate", "count"):
        return amounts.unreadable(given, value)
    if column.type in ("code", "flag"):
        return codes.unknown(given, value)
    if column.type == "letters":
        return codes.unknown_letters(given, card.codes_on(str(column.codes), on))
    return pl.lit(False)


_FAULTS = {
    **dict.fromkeys(("date", "month", "year", "amount", "rate", "count"), "unreadable"),
    **dict.fromkeys(("code", "flag", "letters"), "unknown_code"),
}
