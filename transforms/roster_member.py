"""Table `roster_member`."""

from __future__ import annotations

import polars as pl

from core import identity_number
from transforms.declared import declared
from transforms.household_tables import ROSTER_MEMBER
from transforms.language import ids


def roster_member(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Members of cases. Birth date and sex come from a valid id number where the roster gives none."""
    number = pl.when(ids.valid(pl.col("id_number"))).then(pl.col("id_number"))
    there = rows.collect_schema().names()
    given = {name: pl.col(name) if name in there else pl.lit(None) for name in ("birth_date", "sex_code")}
    filled = rows.with_columns(
        pl.coalesce(given["birth_date"].cast(pl.Date), identity_number.birth_date(number)).alias("birth_date"),
        pl.coalesce(given["sex_code"].cast(pl.String), identity_number.sex_code(number)).alias("sex_code"),
    )
    return declared(filled, ROSTER_MEMBER)
