"""All residents: who they are and where they live. Recipients are among them, at no special place."""

from __future__ import annotations

import numpy as np
import polars as pl

from world.calendar import AS_OF
from world.chance import Ints, Mask, days, stream, weighted
from world.names import names
from world.numbers import identity_numbers
from world.places import places
from world.scales import Scale

_AGE_SHARES = (5.0, 5.5, 5.3, 5.6, 6.2, 7.4, 8.2, 8.0, 7.2, 7.6, 8.1, 7.3, 6.4, 4.9, 3.3, 2.1, 1.2, 0.5, 0.15)
"""Shares of five-year age groups from 0–4 to 90–94, as in a north-eastern city."""


def ages_in_days(chance: np.random.Generator, count: int) -> Ints:
    """Ages of residents who are no recipients, in days."""
    group = weighted(chance, _AGE_SHARES, count)
    return ((group + chance.random(count)) * 5 * 365.25).astype(np.int64)


def residents(scale: Scale, seed: int, birth: Ints, women: Mask, hukou_household: Ints, place: Ints) -> pl.DataFrame:
    """One row per person, position = `person`.

    Columns: person UInt32, world_person_id, id_number, name, former_name, birth_date, sex_code, place (index of the
    community), door, hukou_household.
    """
    chance = stream(seed, "residents")
    count = len(birth)
    label = chance.permutation(count)
    return pl.DataFrame(
        {
            "person": np.arange(count, dtype=np.uint32),
            "world_person_id": "w" + pl.Series(label + 1).cast(pl.String).str.zfill(7),
            "id_number": identity_numbers(seed, scale.counties, birth, women),
            "birth_date": birth.astype("datetime64[D]"),
            "sex_code": pl.Series(["1", "2"]).gather(women.astype(np.int64)),
            "place": place.astype(np.uint16),
            "door": chance.integers(1, 2800, count).astype(np.uint16),
            "hukou_household": hukou_household.astype(np.uint32),
        }
    ).hstack(names(seed, women))


def with_namesakes(people: pl.DataFrame, seed: int, members: int, count: int) -> pl.DataFrame:
    """Give `count` other residents the very name of a recipient (the first `members` rows), half also the birth date.

    Birth date and identity number must agree, so those with the same birth date are chosen where they already share it.
    """
    chance = stream(seed, "namesakes")
    recipients = people.head(members).select("name", "birth_date", "sex_code")
    others = people.slice(members).select("person", "birth_date", "sex_code")
    same_day = others.join(
        recipients.unique(["birth_date", "sex_code"], keep="first", maintain_order=True), on=["birth_date", "sex_code"]
    ).sort("person")
    chosen = same_day[np.sort(chance.choice(len(same_day), min(count, len(same_day)), replace=False))]
    return (
        people.join(chosen.select("person", given="name"), on="person", how="left", maintain_order="left")
        .with_columns(
            name=pl.coalesce("given", "name"), former_name=pl.when(pl.col("given").is_null()).then("former_name")
        )
        .drop("given")
    )


def community_frame(scale: Scale) -> pl.DataFrame:
    """place → region_code and the address's beginning."""
    found = places(scale)
    return pl.DataFrame(
        {
            "place": pl.Series(range(len(found)), dtype=pl.UInt16),
            "region_code": [each.region_code for each in found],
            "address_begin": [each.address for each in found],
        }
    )


def birth_days(ages: Ints) -> Ints:
    """Birth days (since 1970-01-01) of people so many days old on the invented night."""
    return days(AS_OF) - 3 - ages
