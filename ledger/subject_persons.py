"""Which person a row of a subject list is: by id anywhere, by name within the household, or new. Pure, set-based."""

from __future__ import annotations

import polars as pl

_NAME = ["household_key", "name_token"]


def by_name(rows: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """A row whose id nobody has yet, in a household where exactly one person of that name is left without a row.

    That is a corrected id, a reissued number, a repaired 15-digit one. Adds `named`: that person's key, else null.

    Args:
        rows: household_key, name_token, id_token, person_key (null: not recognised yet).
        names: household_key, name_token, person_key: names known within households.
    """
    taken = rows.drop_nulls("person_key").select("person_key").unique()
    left = names.select(*_NAME, "person_key").unique().join(taken, on="person_key", how="anti")
    only = (
        left.group_by(_NAME).agg(pl.col("person_key").min().alias("named"), known=pl.len()).filter(pl.col("known") == 1)
    )
    unknown = rows.filter(pl.col("person_key").is_null() & pl.col("id_token").is_not_null())
    asking = unknown.group_by(_NAME).agg(asking=pl.col("id_token").n_unique()).filter(pl.col("asking") == 1)
    pairs = only.join(asking, on=_NAME).select(*_NAME, "named")
    matched = unknown.select(*_NAME, "id_token").unique().join(pairs, on=_NAME).select("id_token", "named")
    single = matched.group_by("id_token").agg(pl.col("named").min())
    return rows.join(single, on="id_token", how="left")


def without_id(rows: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """A row without a usable id → `named`: who was seen so before, else the only one of that name and birth date.

    A birth date that either side lacks contradicts nothing. Frames as in `by_name`, with birth_date; `names` also
    holds the names of this delivery's recognised rows.
    """
    described = [*_NAME, "birth_date"]
    asking = rows.filter(pl.col("person_key").is_null() & pl.col("id_token").is_null()).select(described).unique()
    seen = names.filter("without_id").group_by(described).agg(seen=pl.col("person_key").min())
    fits = (
        asking.join(names.select(*_NAME, "person_key", born="birth_date").unique(), on=_NAME)
        .filter(pl.col("born").is_null() | pl.col("birth_date").is_null() | (pl.col("born") == pl.col("birth_date")))
        .group_by(described)
        .agg(fits=pl.col("person_key").min(), count=pl.col("person_key").n_unique())
        .filter(pl.col("count") == 1)
        .drop("count")
    )
    answers = (
        asking.join(seen, on=described, how="left", nulls_equal=True)
        .join(fits, on=described, how="left", nulls_equal=True)
        .select(*described, named=pl.coalesce("seen", "fits"))
    )
    found = rows.join(answers, on=described, how="left", nulls_equal=True)
    asked = pl.col("person_key").is_null() & pl.col("id_token").is_null()
    return found.with_columns(named=pl.when(asked).then("named"))


def new_keys(identities: pl.DataFrame, order: list[str], prefix: str, count: int, name: str) -> pl.DataFrame:
    """Distinct identities with the next keys in sorted order: `p0000001` after `count` persons, and so on."""
    ordered = identities.sort(order, nulls_last=True)
    numbers = pl.int_range(count + 1, count + 1 + pl.len())
    key = pl.lit(prefix) + numbers.cast(pl.String).str.zfill(7)
    return ordered.with_columns(key.alias(name))
