"""Who lives in a household, as the queue may show it: masked, from the run's sealed table."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from core.identity_number import mask
from ledger.run import Ledger
from publish.delivered import masked_name
from publish.people import open_households

_SCHEMA = {
    "household_key": pl.String,
    "person_key": pl.String,
    "relation_code": pl.String,
    "name_masked": pl.String,
    "id_masked": pl.String,
}


def masked_people(folder: Path, run_id: str, households: list[str], *, ledger: Ledger) -> pl.DataFrame:
    """The members of these households, heads first: household_key, person_key, relation_code, name_masked, id_masked.

    Name and number are null for a household whose key was erased.
    """
    members = pl.read_parquet(folder / "member.parquet", columns=["household_key", "person_key", "relation_code"])
    members = members.filter(pl.col("household_key").is_in(households))
    people = [
        (one["person_key"], household, masked_name(one["name"] or ""), mask(one["id_number"] or ""))
        for household, listed in open_households(folder, run_id, households, ledger=ledger).items()
        for one in listed
    ]
    names = ["person_key", "household_key", "name_masked", "id_masked"]
    masked = pl.DataFrame(people, schema={name: _SCHEMA[name] for name in names}, orient="row")
    joined = members.join(masked, on=["household_key", "person_key"], how="left")
    heads_first = joined.sort("household_key", pl.col("relation_code") != "head", "person_key", nulls_last=True)
    return heads_first.select(list(_SCHEMA))
