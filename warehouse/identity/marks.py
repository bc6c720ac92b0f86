"""Marks by which a verdict finds its rows again without holding a name: who it is said to be, and by what."""

from __future__ import annotations

import polars as pl

from core.sealing import token

FINGERPRINTED = ("number", "name", "birth", "sex", "address")


def marked(fields: pl.DataFrame, token_key: bytes) -> pl.DataFrame:
    """Folded fields → with `identity_token` and `fingerprint`.

    The identity is the number, or name, birth and address where there is none: it stays while someone corrects a name.
    The fingerprint is all identifying fields: when it changes, what was decided about them is open again.
    """
    without = pl.concat_str(
        [pl.lit("-"), *(pl.col(name).fill_null("") for name in ("name", "birth", "address"))], separator="|"
    )
    identity = pl.when(pl.col("number").is_null()).then(without).otherwise(pl.col("number"))
    all_fields = pl.concat_str([pl.col(name).fill_null("") for name in FINGERPRINTED], separator="|")
    return fields.with_columns(
        _tokens(pl.lit("identity|") + identity, token_key).alias("identity_token"),
        _tokens(pl.lit("fingerprint|") + all_fields, token_key).alias("fingerprint"),
    )


def _tokens(text: pl.Expr, token_key: bytes) -> pl.Expr:
    return text.map_elements(lambda plain: token(token_key, plain), return_dtype=pl.String)
