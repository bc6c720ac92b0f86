"""What happens to cases: stopped, paid late or never, in gradual exit, renumbered, and persons in two of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from world.chance import Mask, some_of, stream
from world.places import QUARTERLY_SUBDISTRICTS
from world.scales import Scale


def with_case_events(
    scale: Scale, seed: int, households: pl.DataFrame, deaths: pl.DataFrame, members: pl.DataFrame, jobs: pl.DataFrame
) -> pl.DataFrame:
    """Households with stop days, unpaid spells, gradual exit and the numbers the ledger of May knew them by."""
    chance = stream(seed, "case events")
    touched = households["household"].is_in(_households_of(deaths, members)).to_numpy()
    settled = (households["approved_date"] < date(2025, 12, 1)).to_numpy() & ~touched
    changed = _stopped(households, chance, some_of(chance, settled, scale.count(300)))
    open_still = settled & changed["stop_date"].is_null().to_numpy()
    changed = _unpaid(scale, chance, changed, open_still)
    changed = _after_deaths(changed, deaths, members)
    renumbered = some_of(chance, open_still, scale.count(60))
    in_renumbered = pl.Series(np.isin(np.arange(len(changed)), renumbered))
    return changed.with_columns(
        grace_until_date=_exits(changed, members, jobs),
        may_case_number=pl.when(in_renumbered).then(pl.col("case_number").str.replace("-D-", "-C-")),
        may_region_code=pl.when(pl.col("region_code").str.ends_with("005003")).then(
            pl.col("region_code").str.slice(0, 9) + "901"
        ),
    )


def _exits(households: pl.DataFrame, members: pl.DataFrame, jobs: pl.DataFrame) -> pl.Series:
    """The last day of each household's gradual exit, the latest where two members found work."""
    until = jobs.filter(pl.col("exit_until_date").is_not_null()).join(
        members.select("person", "household"), on="person", maintain_order="left"
    )
    last = until.group_by("household").agg(pl.col("exit_until_date").max())
    return households.join(last, on="household", how="left", maintain_order="left")["exit_until_date"]


def second_memberships(scale: Scale, seed: int, members: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Members who also stand in another household's case; for some the other case is no longer theirs."""
    chance = stream(seed, "two cases")
    adult = (members["age_days"] > 20 * 365.25).to_numpy() & (members["relation_code"] != "head").to_numpy()
    persons = some_of(chance, adult, scale.count(18) + scale.count(8))
    both = chance.permutation(len(persons)) < scale.count(18)
    other = chance.choice(len(households), size=len(persons), replace=False)
    second = members[persons].with_columns(
        household=pl.Series(other.astype(np.uint32)),
        relation_code=pl.lit("other"),
        covered=pl.Series(both),
        not_counted_code=pl.lit(None, dtype=pl.String),
        not_counted_since_date=pl.lit(None, dtype=pl.Date),
    )
    return second.filter(pl.col("household") != members[persons]["household"])


def _households_of(deaths: pl.DataFrame, members: pl.DataFrame) -> list[int]:
    return members.join(deaths.select("person"), on="person", how="semi")["household"].to_list()


def _stopped(
    households: pl.DataFrame, chance: np.random.Generator, chosen: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> pl.DataFrame:
    stops = pl.DataFrame(
        {
            "household": chosen.astype(np.uint32),
            "stopped": pl.Series([date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]).gather(
                chance.integers(0, 4, len(chosen))
            ),
        }
    )
    return (
        households.join(stops, on="household", how="left", maintain_order="left")
        .with_columns(stop_date="stopped")
        .drop("stopped")
    )


def _unpaid(scale: Scale, chance: np.random.Generator, households: pl.DataFrame, able: Mask) -> pl.DataFrame:
    quarterly = households["region_code"].str.slice(0, 9).is_in(QUARTERLY_SUBDISTRICTS).to_numpy()
    never = some_of(chance, able & ~quarterly, scale.count(34))
    returned = some_of(chance, able & ~quarterly & ~np.isin(np.arange(len(able)), never), scale.count(11))
    lately = some_of(chance, able & ~quarterly & ~np.isin(np.arange(len(able)), [*never, *returned]), scale.count(20))
    place = pl.col("household")
    return households.with_columns(
        unpaid_from=pl.when(place.is_in(never.tolist()))
        .then(date(2026, 1, 1))
        .when(place.is_in(returned.tolist()))
        .then(date(2026, 4, 1))
        .when(place.is_in(lately.tolist()))
        .then(date(2026, 6, 1)),
        unpaid_state=pl.when(place.is_in(returned.tolist())).then(pl.lit("returned")),
    )


def _after_deaths(households: pl.DataFrame, deaths: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    died = (
        members.join(deaths.select("person", "death_date", "after"), on="person")
        .sort("death_date")
        .unique("household", keep="first", maintain_order=True)
    )
    joined = households.join(
        died.select("household", "death_date", "after"), on="household", how="left", maintain_order="left"
    )
    following = pl.col("death_date").dt.offset_by("1mo").dt.truncate("1mo")
    after = pl.col("after")
    return joined.with_columns(
        stop_date=pl.when(after == "stopped").then(following.dt.offset_by("-1d")).otherwise("stop_date"),
        unpaid_from=pl.when(after.is_in(["unpaid", "returned"])).then(following).otherwise("unpaid_from"),
        unpaid_state=pl.when(after == "returned").then(pl.lit("returned")).otherwise("unpaid_state"),
    ).drop("death_date", "after")
