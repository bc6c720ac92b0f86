"""Which households the nightly runs found on the roster: retention is counted from the day they left it."""

from __future__ import annotations

from datetime import date

import polars as pl
from sqlalchemy import Connection, func, select

from core.moment import now
from ledger import bulk
from ledger.run import Ledger
from ledger.schema import household_presence, run_event

_SCHEMA = {"household_key": pl.String, "kind": pl.String, "since_date": pl.Date}


def advance(connection: Connection, run_id: str, present: pl.Series, as_of: date) -> None:
    """Record who entered and who left by one nightly run: households `present` on its day, in the open transaction."""
    before = _last(connection).filter(pl.col("kind") == "entered").select("household_key")
    here = present.alias("household_key").to_frame().unique()
    entered = (
        here.join(before, on="household_key", how="anti").sort("household_key").with_columns(kind=pl.lit("entered"))
    )
    left = before.join(here, on="household_key", how="anti").sort("household_key").with_columns(kind=pl.lit("left"))
    told = pl.concat([entered, left]).with_columns(since_date=pl.lit(as_of), run_id=pl.lit(run_id), at=pl.lit(now()))
    bulk.append(connection, household_presence, told)


def left_before(ledger: Ledger, day: date) -> list[str]:
    """Households that left the roster before a day and have not come back, sorted."""
    with ledger.read() as connection:
        gone = _last(connection).filter((pl.col("kind") == "left") & (pl.col("since_date") < day))
    return sorted(gone["household_key"])


def _last(connection: Connection) -> pl.DataFrame:
    recalled = select(run_event.c.run_id).where(run_event.c.kind == "recalled")
    counted = household_presence.c.run_id.not_in(recalled)
    last = select(func.max(household_presence.c.sequence)).where(counted).group_by(household_presence.c.household_key)
    columns = [household_presence.c[name] for name in _SCHEMA]
    return bulk.frame(connection, select(*columns).where(household_presence.c.sequence.in_(last)), _SCHEMA)
