"""Signs that have another form: few texts hold one, so the others are only looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl


class Forms:
    """A table of single characters and what is written for each."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = str.maketrans(dict(table))
        self._any = "[" + "".join(re.escape(sign) for sign in table) + "]"

    def written(self, column: pl.Expr) -> pl.Expr:
        """Column of texts → the same with every sign of the table in its other form."""
        return column.map_batches(self._written, return_dtype=pl.String, is_elementwise=True)

    def _written(self, given: pl.Series) -> pl.Series:
        places = given.str.contains(self._any).arg_true()
        if not places.len():
            return given
        changed = [text.translate(self._table) for text in given.gather(places).to_list()]
        return given.scatter(places, pl.Series(changed, dtype=pl.String))
