"""Names as written → names that can be compared, and in what way two names differ.

A name that differs never rejects an identity: the relation says *how* it differs, people and later floors judge.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import polars as pl

from transforms.language.forms import Forms
from transforms.language.name_pairs import compared
from transforms.language.name_tables import (
    SEPARATOR,
    SEPARATORS,
    plain_forms,
    private_use,
    simplified_forms,
)

_BLANKS = r"[\s\u00A0\u200B-\u200D\u2060\u3000\uFEFF]+"
_MISSING = r"^(无|无名|不详|未知|未取名|暂无|空|null|NULL|-*)$"


class NameRelation(StrEnum):
    """How a delivered name stands to the name on the roster, from nearest to farthest."""

    SAME = "same"
    DOT = "dot"
    RARE = "rare"
    FORMER = "former"
    CUT = "cut"
    HOMOPHONE = "homophone"
    DIFFERENT = "different"
    MISSING = "missing"


def plain(column: pl.Expr) -> pl.Expr:
    """Column of names → no blanks, radicals and full-width signs as plain characters, upper-case; nothing → null."""
    text = _plain_forms().written(column.str.replace_all(_BLANKS, "")).str.to_uppercase()
    return pl.when(~text.str.contains(_MISSING)).then(text)


def folded(column: pl.Expr) -> pl.Expr:
    """Column of names → plain, every separator as `·`, private-use and traditional characters as standard ones."""
    return _standard(plain(column))


def key(folded_column: pl.Expr) -> pl.Expr:
    """Folded column → without separators: the form names are joined by. Wildcards other than `*` stay."""
    return folded_column.str.replace_all(r"[·*]", "")


def relation(pairs: pl.DataFrame) -> pl.Series:
    """How each name stands to what is known: `given` (as delivered), `known` and `former` (a list, may be null).

    String series of `NameRelation` values, never null. Most names are written as they are known; the rest is folded,
    and only pairs that no folding explains are compared one by one.
    """
    alike = (pairs["given"] == pairs["known"]).fill_null(False)
    unlike = pairs.filter(~alike)
    answers = pl.repeat("same", pairs.height, eager=True, dtype=pl.String)
    unnamed = pairs.filter(alike).select(plain(pl.col("known")).is_null()).to_series()
    answers = answers.scatter(alike.arg_true().filter(unnamed), "missing")
    return answers.scatter((~alike).arg_true(), _of_unlike(unlike)) if unlike.height else answers


def _of_unlike(pairs: pl.DataFrame) -> pl.Series:
    plain_names = pairs.lazy().with_columns(
        plain(pl.col("given")).alias("plain"), plain(pl.col("known")).alias("known")
    )
    both = plain_names.with_columns(_standard(pl.col("plain")).alias("given"), _standard(pl.col("known")).alias("fold"))
    keyed = both.with_columns(key(pl.col("given")).alias("given_key"), key(pl.col("fold")).alias("known_key")).collect()
    explained = keyed.with_columns(
        pl.when(pl.col("plain").is_null() | pl.col("known").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("plain") == pl.col("known"))
        .then(pl.lit("same"))
        .when(_undotted(pl.col("plain")) == _undotted(pl.col("known")))
        .then(pl.lit("dot"))
        .when(pl.col("given_key") == pl.col("known_key"))
        .then(pl.lit("rare"))
        .when(_is_former(keyed))
        .then(pl.lit("former"))
        .alias("relation")
    )
    return explained["relation"].fill_null(_one_by_one(explained))


def _is_former(keyed: pl.DataFrame) -> pl.Series:
    """Whether the given name is one of the former ones."""
    each = keyed.select("former", "given_key").with_row_index("pair").explode("former").drop_nulls()
    hits = each.lazy().filter(key(folded(pl.col("former"))) == pl.col("given_key")).collect()
    return pl.int_range(keyed.height, dtype=pl.UInt32, eager=True).is_in(hits["pair"].implode())


def relation_of(given: str | None, known: str | None, former: tuple[str, ...] = ()) -> NameRelation:
    """The relation of one pair of names."""
    schema: dict[str, pl.DataType] = {"given": pl.String(), "known": pl.String(), "former": pl.List(pl.String())}
    pair = pl.DataFrame([{"given": given, "known": known, "former": list(former)}], schema=schema)
    return NameRelation(relation(pair).item())


def _standard(plain_column: pl.Expr) -> pl.Expr:
    return _standard_forms().written(plain_column)


@lru_cache(maxsize=1)
def _plain_forms() -> Forms:
    return Forms(plain_forms())


@lru_cache(maxsize=1)
def _standard_forms() -> Forms:
    signs = {sign: SEPARATOR for sign in SEPARATORS if sign not in ("·", "*")}
    return Forms(signs | private_use() | simplified_forms())


def _undotted(plain_column: pl.Expr) -> pl.Expr:
    return plain_column.str.replace_many(list(SEPARATORS), [""] * len(SEPARATORS))


def _one_by_one(explained: pl.DataFrame) -> pl.Series:
    unlike = explained.filter(pl.col("relation").is_null()).select("given", "fold").unique()
    found = [compared(given, known) for given, known in unlike.iter_rows()]
    answers = unlike.with_columns(pl.Series("answer", found, dtype=pl.String))
    return explained.join(answers, on=["given", "fold"], how="left", maintain_order="left")["answer"]
