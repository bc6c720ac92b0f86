"""The rows that no valid number and name decide, each beside the person it may be, compared and scored."""

from __future__ import annotations

import duckdb
import polars as pl

from warehouse.database import run
from warehouse.identity.given import in_deliveries, on_the_roster
from warehouse.identity.score import FIELDS, score
from warehouse.identity.sealed_rows import in_batches
from warehouse.knowledge import Knowledge

WANTED = ("row_key", "person_key", "delivery_id", "household_key", "roster_row_key")
SCORED = {
    "row_key": pl.String,
    "person_key": pl.String,
    "score": pl.Float64,
    "levels": pl.String,
    "state": pl.String,
    "provider_identity_token": pl.String,
    "provider_fingerprint": pl.String,
    "subject_fingerprint": pl.String,
}


def candidates(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The rows of `doubted` with grade C, D or E, each beside its person's roster row; columns `WANTED`.

    Raises:
        DefectError: the warehouse lacks a table.
    """
    rows = run(
        connection,
        """
        select doubted.row_key, doubted.person_key, doubted.delivery_id,
               min(member.household_key) as household_key,
               arg_min(member.row_key, member.household_key) as roster_row_key
        from doubted join member using (person_key)
        where doubted.grade in ('C', 'D', 'E')
        group by doubted.row_key, doubted.person_key, doubted.delivery_id
        order by household_key, person_key, row_key
        """,
        where="warehouse/identity/candidates.py",
    )
    return pl.DataFrame(rows, schema=dict.fromkeys(WANTED, pl.String), orient="row")


def score_candidates(known: Knowledge, wanted: pl.DataFrame) -> pl.DataFrame:
    """The `candidates`, scored; columns `SCORED`. It needs no warehouse: the engine may work meanwhile.

    A row of grade C or D always waits for people; its score only ranks it. Plain text lives in memory, by batches.

    Raises:
        OperatorError: a household's key does not open its payload.
        DefectError: comparing failed; the engine's message is withheld.
    """
    batches = in_batches(wanted["household_key"])
    done = [_scored(known, wanted.filter(pl.col("household_key").is_in(batch)), batch) for batch in batches]
    return pl.concat([pl.DataFrame(schema=SCORED), *done])


def _scored(known: Knowledge, wanted: pl.DataFrame, households: list[str]) -> pl.DataFrame:
    subjects = on_the_roster(known, households)
    rows = in_deliveries(known, wanted)
    beside = (
        wanted.with_row_index("pair")
        .with_columns(pl.col("pair").cast(pl.Int64))
        .join(_side(subjects, "subject"), left_on=["roster_row_key", "person_key"], right_on=["row_key", "person_key"])
        .join(_side(rows, "row"), on=["row_key", "person_key"])
        .sort("pair")
    )
    return (
        beside.join(score(beside), on="pair")
        .rename(
            {
                "identity_token_row": "provider_identity_token",
                "fingerprint_row": "provider_fingerprint",
                "fingerprint_subject": "subject_fingerprint",
            }
        )
        .select(*SCORED)
    )


def _side(fields: pl.DataFrame, side: str) -> pl.DataFrame:
    names = (*FIELDS, "birth_given", "sex_given", "identity_token", "fingerprint")
    return fields.select("row_key", "person_key", *(pl.col(name).alias(f"{name}_{side}") for name in names))
