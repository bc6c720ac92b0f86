"""Names as written → names that can be compared, and in what way two names differ.

A name that differs never rejects an identity: the relation says *how* it differs, people and later floors judge.
"""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from transforms.language.name_pairs import compared
from transforms.language.name_tables import (
    SEPARATOR,
    SEPARATORS,
    WILDCARDS,
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
    forms = plain_forms()
    text = column.str.replace_all(_BLANKS, "").str.replace_many(list(forms), list(forms.values())).str.to_uppercase()
    return pl.when(~text.str.contains(_MISSING)).then(text)


def folded(column: pl.Expr) -> pl.Expr:
    """Column of names → plain, every separator as `·`, private-use and traditional characters as standard ones."""
    forms = private_use() | simplified_forms()
    signs = [sign for sign in SEPARATORS if sign not in ("·", "*")]
    dotted = plain(column).str.replace_many(signs, [SEPARATOR] * len(signs))
    return dotted.str.replace_many(list(forms), list(forms.values()))


def key(folded_column: pl.Expr) -> pl.Expr:
    """Folded column → without separators: the form names are joined by. Wildcards other than `*` stay."""
    return folded_column.str.replace_all(r"[·*]", "")


def has_wildcard(column: pl.Expr) -> pl.Expr:
    """Boolean, never null: some character could not be written."""
    return column.str.contains_any(list(WILDCARDS)).fill_null(False)


def relation(given: pl.Expr, known: pl.Expr, former: pl.Expr) -> pl.Expr:
    """How each `given` name stands to the `known` one and to the `former` names (a list column, may be null).

    String column of `NameRelation` values, never null. Only pairs that no folding explains are compared one by one.
    """
    given_plain, known_plain = plain(given), plain(known)
    given_fold, known_fold = folded(given), folded(known)
    former_keys = former.list.eval(key(folded(pl.element())))
    return (
        pl.when(given_plain.is_null() | known_plain.is_null())
        .then(pl.lit("missing"))
        .when(given_plain == known_plain)
        .then(pl.lit("same"))
        .when(_undotted(given_plain) == _undotted(known_plain))
        .then(pl.lit("dot"))
        .when(key(given_fold) == key(known_fold))
        .then(pl.lit("rare"))
        .when(former_keys.list.contains(key(given_fold)).fill_null(False))
        .then(pl.lit("former"))
        .otherwise(_one_by_one(given_fold, known_fold))
    )


def relation_of(given: str | None, known: str | None, former: tuple[str, ...] = ()) -> NameRelation:
    """The relation of one pair of names."""
    schema: dict[str, pl.DataType] = {"given": pl.String(), "known": pl.String(), "former": pl.List(pl.String())}
    frame = pl.DataFrame([{"given": given, "known": known, "former": list(former)}], schema=schema)
    found = frame.select(relation(pl.col("given"), pl.col("known"), pl.col("former"))).item()
    return NameRelation(found)


def _undotted(plain_column: pl.Expr) -> pl.Expr:
    return plain_column.str.replace_many(list(SEPARATORS), [""] * len(SEPARATORS))


def _one_by_one(given: pl.Expr, known: pl.Expr) -> pl.Expr:
    pairs = pl.struct(given.alias("given"), known.alias("known"))
    return pairs.map_batches(_compare_unlike, return_dtype=pl.String)


def _compare_unlike(pairs: pl.Series) -> pl.Series:
    frame = pairs.struct.unnest()
    unlike = frame.filter(key(pl.col("given")) != key(pl.col("known"))).unique()
    found = [compared(given, known) for given, known in unlike.iter_rows()]
    answers = unlike.with_columns(pl.Series("relation", found, dtype=pl.String))
    return frame.join(answers, on=["given", "known"], how="left", maintain_order="left")["relation"]
