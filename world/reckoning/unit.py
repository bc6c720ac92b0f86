"""Whose income counts in a household, as the night could know: the ledger's own note, deaths, the register."""

from __future__ import annotations

import polars as pl

from core.moment import add_months
from world.reckoning.knowable import CONSENT, LOST, UNUSABLE_ID, Known
from world.reckoning.policy import Policy

SURE = [*LOST, *UNUSABLE_ID]


def sure(known: Known, source: str) -> pl.DataFrame:
    """Rows of a source that came legibly and with a usable number, of persons who may be asked there.

    A number damaged on the ledger may be known from elsewhere: only what is to be sure leaves such persons out.
    """
    rows = known.delivered[source].filter(~pl.col("dirt").fill_null("").is_in(SURE))
    told = pl.col("usable") if known.sure_only else pl.lit(True)
    asked = told if source not in CONSENT else told & pl.col("may_ask").list.contains(source)
    persons = known.roster.filter(asked).select("world_person_id").unique()
    return rows.join(persons, on="world_person_id", how="semi", maintain_order="left")


def counted(known: Known, policy: Policy) -> pl.DataFrame:
    """Members of the assistance unit: the ledger's rows but for whom note, death or register take out.

    `served`: the register has the person enlisted, longer ago than a conscript serves; what is lived on since is asked.
    """
    noted = pl.col("not_counted_code").is_not_null() & (
        pl.col("not_counted_since_date").is_null() | (pl.col("not_counted_since_date") <= known.as_of)
    )
    gone = _enlisted_or_arrested(known)
    since = add_months(known.as_of_month, -int(policy.number("conscript_service_months")))
    served = (pl.col("word") == "enlisted") & (pl.col("since") < since).fill_null(True)
    away = pl.concat([_dead(known), gone.filter(~served).select("world_person_id")]).unique()
    long_ago = gone.filter(served).select("world_person_id", served=True)
    here = known.roster.filter(~noted).join(away, on="world_person_id", how="anti", maintain_order="left")
    told = here.join(long_ago, on="world_person_id", how="left", maintain_order="left")
    return told.with_columns(pl.col("served").fill_null(False))


def _dead(known: Known) -> pl.DataFrame:
    told = [
        sure(known, "hukou").filter(pl.col("status_code") == "dead").select("world_person_id", day="change_date"),
        sure(known, "hukou_change").filter(pl.col("event_code") == "death").select("world_person_id", day="event_date"),
        sure(known, "cremation").select("world_person_id", day="death_date"),
    ]
    return pl.concat(told).filter((pl.col("day") <= known.as_of).fill_null(True)).select("world_person_id")


def _enlisted_or_arrested(known: Known) -> pl.DataFrame:
    """word and since (its day) by the day on which the register spoke last; on one day a word of being here stands."""
    gone = ["enlisted", "arrested"]
    cancelled = (pl.col("status_code") == "cancelled") & pl.col("change_reason_code").is_in(gone)
    register = sure(known, "hukou").select(
        "world_person_id",
        said="belongs_to",
        since="change_date",
        word=pl.when(cancelled).then("change_reason_code").otherwise(pl.lit("here")),
    )
    events = sure(known, "hukou_change").filter(
        pl.col("event_code").is_in([*gone, "move_in"]) & (pl.col("event_date") <= known.as_of)
    )
    told = events.select(
        "world_person_id",
        said=pl.coalesce("registered_date", "event_date"),
        since="event_date",
        word=pl.col("event_code").replace("move_in", "here"),
    )
    words = pl.concat([register, told]).sort("said", pl.col("word") == "here", maintain_order=True)
    last = words.unique("world_person_id", keep="last", maintain_order=True)
    return last.filter(pl.col("word") != "here")
