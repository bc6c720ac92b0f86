"""Remembered verdicts of people on whose row it is: applied while neither side's identifying fields have changed."""

from __future__ import annotations

import duckdb
import polars as pl

from transforms.tables import TABLES
from warehouse.database import keep, run
from warehouse.identity.given import in_deliveries, on_the_roster
from warehouse.identity.sealed_rows import in_batches
from warehouse.inputs import OF_THE_HOUSEHOLD
from warehouse.knowledge import Knowledge

VERDICT_ON = dict.fromkeys(("row_key", "person_key", "source", "delivery_id", "verdict", "verdict_by"), pl.String)


def apply_verdicts(connection: duckdb.DuckDBPyConnection, known: Knowledge) -> None:
    """Create the working table `verdict_on`: the rows on which people have decided, and who did.

    A verdict is about subject × provider identity. It falls away by itself when the roster's or the provider's
    identifying fields differ from those that were judged; the row is then graded anew.

    Raises:
        OperatorError: a household's key does not open its payload.
    """
    done = [pl.DataFrame(schema=VERDICT_ON)]
    if known.verdicts.height:
        judged = _judged_rows(connection, known)
        for batch in in_batches(judged["household_key"]):
            done.append(_decided(known, judged.filter(pl.col("household_key").is_in(batch)), batch))
    keep(connection, "verdict_on", pl.concat(done), temporary=True)


def _judged_rows(connection: duckdb.DuckDBPyConnection, known: Knowledge) -> pl.DataFrame:
    keep(connection, "judged", known.verdicts.select("person_key", "source").unique(), temporary=True)
    theirs = [table for table in TABLES if table not in OF_THE_HOUSEHOLD]
    told = " union all ".join(f"select row_key, person_key, source, delivery_id from {table}_row" for table in theirs)  # noqa: S608
    rows = run(
        connection,
        f"""
        select told.row_key, told.person_key, told.source, told.delivery_id,
               min(member.household_key), arg_min(member.row_key, member.household_key)
        from ({told}) as told semi join judged using (person_key, source) join member using (person_key)
        group by told.row_key, told.person_key, told.source, told.delivery_id
        """,  # noqa: S608
        where="warehouse/identity/verdicts.py",
    )
    names = ["row_key", "person_key", "source", "delivery_id", "household_key", "roster_row_key"]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _decided(known: Knowledge, judged: pl.DataFrame, households: list[str]) -> pl.DataFrame:
    subjects = on_the_roster(known, households).select(
        pl.col("row_key").alias("roster_row_key"), "person_key", pl.col("fingerprint").alias("subject_fingerprint")
    )
    rows = in_deliveries(known, judged).select(
        "row_key",
        "person_key",
        pl.col("identity_token").alias("provider_identity_token"),
        pl.col("fingerprint").alias("provider_fingerprint"),
    )
    keys = ["person_key", "source", "provider_identity_token", "provider_fingerprint", "subject_fingerprint"]
    return (
        judged.join(subjects, on=["roster_row_key", "person_key"])
        .join(rows, on=["row_key", "person_key"])
        .join(known.verdicts, on=keys)
        .select(pl.col("by_whom").alias("verdict_by"), *list(VERDICT_ON)[:-1])
        .select(*VERDICT_ON)
    )
