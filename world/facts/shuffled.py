"""The last step of every fact frame: names, a fact's own label, and an order that says nothing."""

from __future__ import annotations

import polars as pl

from world.lives.lives import Lives


def shuffled(lives: Lives, facts: pl.DataFrame, label: str) -> pl.DataFrame:
    """Named facts labelled `<label>/<n>`, in a fixed order that mixes recipients and all others."""
    numbered = facts.with_columns(fact_id=label + "/" + pl.int_range(pl.len()).cast(pl.String).str.zfill(7))
    mixed = numbered.sort(
        (pl.col("person").cast(pl.UInt64) * 2_654_435_761 + pl.int_range(pl.len()).cast(pl.UInt64) * 40_503)
        % 4_294_967_291
    )
    return lives.named(mixed)
