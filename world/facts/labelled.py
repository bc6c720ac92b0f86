"""The last step of every fact frame: who the persons are, and a label for each fact that says nothing of it."""

from __future__ import annotations

import polars as pl

from world.lives.lives import Lives

_STEP, _LABELS = 40_503_001, 100_000_000
"""The step is coprime to the number of labels, so that rows and labels stand one to one."""


def labelled(lives: Lives, facts: pl.DataFrame, label: str) -> pl.DataFrame:
    """Named facts labelled `<label>/<8 digits>`. The rooms put rows into an order of their own."""
    number = (pl.int_range(pl.len(), dtype=pl.Int64) * _STEP + 7_654_321) % _LABELS
    return lives.named(facts.with_columns(fact_id=label + "/" + number.cast(pl.String).str.zfill(8)))
