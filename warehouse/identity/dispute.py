"""Numbers that stand on the roster beside two names: whose number it is, is open, and no grade settles it."""

from __future__ import annotations

import duckdb
import polars as pl

from transforms.language import names
from warehouse.database import keep, run
from warehouse.identity.given import on_the_roster
from warehouse.identity.sealed_rows import in_batches
from warehouse.knowledge import Knowledge

AGREEING = ("same", "dot", "rare", "cut", "homophone")


def find_disputes(connection: duckdb.DuckDBPyConnection, known: Knowledge) -> None:
    """Create the working table `disputed(person_key)`: persons whose rows on the roster of the day bear unlike names.

    The ledger knows a person by the number. When a roster gives one number to two people, either may be meant by a
    feed's row; without this it would count against both households.

    Raises:
        OperatorError: a household's key does not open its payload.
    """
    twice = run(
        connection,
        """
        select row_key, person_key, household_key from standing
        where person_key in (select person_key from standing group by person_key having count(*) > 1)
        """,
        where="warehouse/identity/dispute.py",
    )
    rows = pl.DataFrame(
        twice, schema=dict.fromkeys(("row_key", "person_key", "household_key"), pl.String), orient="row"
    )
    found = [pl.DataFrame(schema={"person_key": pl.String})]
    for batch in in_batches(rows["household_key"]):
        fields = on_the_roster(known, batch)
        found.append(rows.filter(pl.col("household_key").is_in(batch)).join(fields, on=["row_key", "person_key"]))
    keep(connection, "disputed", _unlike(pl.concat(found, how="diagonal")), temporary=True)


def _unlike(rows: pl.DataFrame) -> pl.DataFrame:
    if "name" not in rows.columns:
        return rows.select("person_key")
    first = pl.col("name").sort_by("row_key").first().over("person_key")
    none_former = pl.lit(None, pl.List(pl.String)).alias("former")
    relation = names.relation(rows.select(pl.col("name").alias("given"), first.alias("known"), none_former))
    unlike = rows.filter(relation.is_in(AGREEING).not_())
    return unlike.select("person_key").unique().sort("person_key")
