"""Who is counted in the household and, by the hukou feeds' last word, was arrested or serves."""

from __future__ import annotations

import polars as pl

from core.moment import add_months
from world.reckoning.existence import WHO
from world.reckoning.knowable import Known
from world.reckoning.policy import Policy


def member_in_prison_counted(known: Known, policy: Policy) -> pl.DataFrame:
    """Arrested, and not registered again since."""
    return _asked(known, _last_word(known).filter(pl.col("word") == "arrested"))


def conscript_counted(known: Known, policy: Policy) -> pl.DataFrame:
    """Enlisted within the months of service, and not registered again since."""
    since = add_months(known.as_of_month, -int(policy.number("conscript_service_months")))
    serving = _last_word(known).filter((pl.col("word") == "enlisted") & (pl.col("day") >= since))
    return _asked(known, serving)


def _asked(known: Known, away: pl.DataFrame) -> pl.DataFrame:
    """A question, but where a damaged row that may be the person's shows a registration since."""
    live = pl.col("status_code").is_in(["valid", "locked", "permit"])
    register = known.of("hukou", damaged_too=True).filter(live).select(*WHO, here=pl.col("change_date"))
    back = known.of("hukou_change", damaged_too=True).filter(pl.col("event_code") == "move_in")
    here = pl.concat([register, back.select(*WHO, here=pl.col("event_date"))])
    since = away.join(here, on=WHO).filter(pl.col("here") >= pl.col("day")).select(WHO).unique()
    doubtful = away.join(since.with_columns(doubtful=True), on=WHO, how="left")
    lowered = pl.when(pl.col("doubtful")).then(pl.lit("information")).otherwise(pl.lit("question"))
    return doubtful.select(*WHO, severity=lowered)


def _last_word(known: Known) -> pl.DataFrame:
    away = ["arrested", "enlisted"]
    cancelled = (pl.col("status_code") == "cancelled") & pl.col("change_reason_code").is_in(away)
    register = known.of("hukou").select(
        *WHO,
        day=pl.col("change_date").fill_null(pl.date(1900, 1, 1)),
        word=pl.when(cancelled).then("change_reason_code").otherwise(pl.lit("here")),
    )
    told = known.of("hukou_change").filter(pl.col("event_code").is_in([*away, "move_in"]))
    changes = told.select(*WHO, day="event_date", word=pl.col("event_code").replace("move_in", "here"))
    ordered = pl.concat([register, changes]).sort("day", pl.col("word") == "here", "word")
    return ordered.group_by(WHO, maintain_order=True).last()
