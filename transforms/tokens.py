"""Keyed hashes of columns: equal texts are found without holding them (HMAC-SHA256, 128 bits, hex)."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from core.sealing import KeyedHash, derive
from transforms.language import names, texts

_BYTES = 16
Tokeniser = Callable[[pl.Expr], pl.Expr]


def tokeniser(master: bytes) -> Tokeniser:
    """A function column → column of tokens; null stays null. The same text has the same token in every delivery."""
    key = derive(master, "token")

    def tokens(column: pl.Expr) -> pl.Expr:
        return column.map_batches(lambda series: _of_each_distinct(key, series), return_dtype=pl.String)

    return tokens


def row_hashes(master: bytes, texts_of_rows: pl.Series) -> pl.Series:
    """Keyed hashes of whole rows as delivered; never null."""
    return _hashes(derive(master, "row"), texts_of_rows)


def form(kind: str, name: str, column: pl.Expr) -> pl.Expr:
    """The form of a text of which its token is made, so that one account, plate or person has one token.

    `kind` is the card's column type, `name` our column. A holder is a person: the folded name without separators.
    """
    if name == "holder_token":
        return names.key(names.folded(column))
    squeezed = texts.squeezed(column)
    if kind in ("account", "plate"):
        return squeezed.str.replace_all(r"[^0-9A-Z\p{Han}]", "")
    return squeezed


def _of_each_distinct(key: bytes, series: pl.Series) -> pl.Series:
    distinct = series.drop_nulls().unique(maintain_order=True)
    return series.replace_strict(distinct, _hashes(key, distinct), default=None, return_dtype=pl.String)


def _hashes(key: bytes, texts: pl.Series) -> pl.Series:
    digest = KeyedHash(key).digest
    whole = [digest(text) for text in texts.cast(pl.Binary).to_list()]
    return pl.Series(whole, dtype=pl.Binary).bin.slice(0, _BYTES).bin.encode("hex")
