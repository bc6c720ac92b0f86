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
    return _standard(plain(column))


def key(folded_column: pl.Expr) -> pl.Expr:
    """Folded column → without separators: the form names are joined by. Wildcards other than `*` stay."""
    return folded_column.str.replace_all(r"[·*]", "")


def has_wildcard(column: pl.Expr) -> pl.Expr:
    """Boolean, never null: some character could not be written."""
    return column.str.contains_any(list(WILDCARDS)).fill_null(False)


def relation(pairs: pl.DataFrame) -> pl.Series:
    """How each name stands to what is known: `given` (as delivered), `known` and `former` (a list, may be null).

    String series of `NameRelation` values, never null. Only pairs that no folding explains are compared one by one.
    """
    plain_names = pairs.lazy().with_columns(
        plain(pl.col("given")).alias("plain"), plain(pl.col("known")).alias("known")
    )
    both = plain_names.with_columns(_standard(pl.col("plain")).alias("given"), _standard(pl.col("known")).alias("fold"))
    keyed = both.with_columns(key(pl.col("given")).alias("given_key"), key(pl.col("fold")).alias("known_key"))
    former = pl.col("former").list.eval(key(folded(pl.element()))).list.contains(pl.col("given_key"))
    explained = keyed.with_columns(
        pl.when(pl.col("plain").is_null() | pl.col("known").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("plain") == pl.col("known"))
        .then(pl.lit("same"))
        .when(_undotted(pl.col("plain")) == _undotted(pl.col("known")))
        .then(pl.lit("dot"))
        .when(pl.col("given_key") == pl.col("known_key"))
        .then(pl.lit("rare"))
        .when((pl.col("former").list.len() > 0) & former.fill_null(False))
        .then(pl.lit("former"))
        .alias("relation")
    ).collect()
    return explained["relation"].fill_null(_one_by_one(explained))


def relation_of(given: str | None, known: str | None, former: tuple[str, ...] = ()) -> NameRelation:
    """The relation of one pair of names."""
    schema: dict[str, pl.DataType] = {"given": pl.String(), "known": pl.String(), "former": pl.List(pl.String())}
    pair = pl.DataFrame([{"given": given, "known": known, "former": list(former)}], schema=schema)
    return NameRelation(relation(pair).item())


def _standard(plain_column: pl.Expr) -> pl.Expr:
    forms = private_use() | simplified_forms()
    signs = {sign: SEPARATOR for sign in SEPARATORS if sign not in ("·", "*")}
    return plain_column.str.replace_many(list(signs | forms), list((signs | forms).values()))


def _undotted(plain_column: pl.Expr) -> pl.Expr:
    return plain_column.str.replace_many(list(SEPARATORS), [""] * len(SEPARATORS))


def _one_by_one(explained: pl.DataFrame) -> pl.Series:
    unlike = explained.filter(pl.col("relation").is_null()).select("given", "fold").unique()
    found = [compared(given, known) for given, known in unlike.iter_rows()]
    answers = unlike.with_columns(pl.Series("answer", found, dtype=pl.String))
    return explained.join(answers, on=["given", "fold"], how="left", maintain_order="left")["answer"]
