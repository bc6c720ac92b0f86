"""What public security holds: the hukou register, its changes, and the vehicles of the traffic police."""

from __future__ import annotations

from datetime import date

import polars as pl

from core.moment import add_months
from world.facts.civil_affairs import former_number
from world.facts.labelled import labelled
from world.lives.events import STILL_REGISTERED
from world.lives.lives import Lives


def hukou(lives: Lives, day: date) -> pl.DataFrame:
    """The city's register as of the day: who is registered here, those gone or dead with reason and day."""
    return labelled(lives, _register(_states(lives, day)), f"hukou/{day}")


def _states(lives: Lives, day: date) -> pl.DataFrame:
    """person, hukou_household, region_code and what of death and moves the register knows by the day."""
    places = lives.communities.select("place", "region_code")
    dead = lives.deaths.filter(pl.col("in_hukou") & (pl.col("registered_date") <= day)).select(
        "person", died="death_date"
    )
    moved = lives.moves.filter(pl.col("registered_date") <= day).select(
        "person", "event_code", "event_date", "snapshot_status", "to", "to_region_code"
    )
    return (
        lives.people.select("person", "place", "hukou_household")
        .join(places, on="place", how="left", maintain_order="left")
        .drop("place")
        .join(dead, on="person", how="left", maintain_order="left")
        .join(moved, on="person", how="left", maintain_order="left")
    )


def _register(state: pl.DataFrame) -> pl.DataFrame:
    registered = (
        (pl.col("person") * 7919 % 100 >= 6) | pl.col("event_code").is_not_null() | pl.col("died").is_not_null()
    )
    is_dead = pl.col("died").is_not_null()
    status = pl.when(is_dead).then(pl.lit("dead")).when(pl.col("event_code").is_not_null()).then("snapshot_status")
    usual = (
        pl.when(pl.col("person") * 104_729 % 2000 == 3)
        .then(pl.lit("locked"))
        .when(pl.col("person") * 104_729 % 2000 < 3)
        .then(pl.lit("permit"))
        .otherwise(pl.lit("valid"))
    )
    rows = state.filter(registered).with_columns(
        status_code=pl.coalesce(status, usual),
        change_reason_code=pl.when(is_dead).then(pl.lit("death")).otherwise("event_code"),
        change_date=pl.coalesce("died", "event_date"),
    )
    arrived = rows.filter(pl.col("to").is_in(STILL_REGISTERED)).with_columns(
        status_code=pl.lit("valid"), change_reason_code=pl.lit("move_in"), region_code=pl.col("to_region_code")
    )
    everyone = pl.concat([rows, arrived]).with_columns(hukou_household_number=_household_number())
    return everyone.drop(
        "hukou_household", "died", "event_code", "event_date", "snapshot_status", "to", "to_region_code"
    )


def _household_number() -> pl.Expr:
    """户号: nine digits, one to one with the household and without its order."""
    mixed = (pl.col("hukou_household").cast(pl.Int64) * 40_503_001 + 271_828) % 900_000_000 + 100_000_000
    return mixed.cast(pl.String)


def hukou_change(lives: Lives, month: date) -> pl.DataFrame:
    """Events registered in the month."""
    deaths = lives.deaths.filter("in_hukou").select(
        "person", "registered_date", event_code=pl.lit("death"), event_date="death_date"
    )
    moves = lives.moves.select("person", "registered_date", "event_code", "event_date", "to_region_code")
    arrivals = lives.moves.filter(pl.col("to").is_in(STILL_REGISTERED)).select(
        "person", "registered_date", "to_region_code", event_date="event_date", event_code=pl.lit("move_in")
    )
    returns = lives.moves.filter(pl.col("back_date").is_not_null()).select(
        "person", registered_date="back_date", event_date="back_date", event_code=pl.lit("move_in")
    )
    events = pl.concat([deaths, moves, arrivals, returns], how="diagonal")
    facts = labelled(lives, events.filter(_in_month("registered_date", month)), f"hukou_change/{month:%Y-%m}")
    is_correction = pl.col("event_code") == "id_corrected"
    return facts.with_columns(former_id_number=pl.when(is_correction).then(former_number(pl.col("id_number"))))


def cremation(lives: Lives, month: date) -> pl.DataFrame:
    """Cremations entered in the month; a few stand under another person's number, as the family gave it."""
    entered = lives.deaths.filter(pl.col("in_cremation") & _in_month("cremation_date", month)).select(
        "person", "death_date", "cremation_date"
    )
    facts = labelled(lives, entered, f"cremation/{month:%Y-%m}")
    given = lives.mistaken_cremations.join(
        lives.people.select(recorded_person="person", given_number="id_number"),
        on="recorded_person",
        maintain_order="left",
    )
    return (
        facts.join(given.select("person", "given_number"), on="person", how="left", maintain_order="left")
        .with_columns(
            id_number=pl.coalesce("given_number", "id_number"),
            certificate_number=pl.col("fact_id").str.replace_all(r"\D", ""),
        )
        .drop("given_number")
    )


def vehicle(lives: Lives, day: date) -> pl.DataFrame:
    """Vehicles registered by the day, each under its owner on paper."""
    return labelled(lives, lives.vehicles.filter(pl.col("first_registered_date") <= day), f"vehicle/{day}")


def _in_month(column: str, month: date) -> pl.Expr:
    return (pl.col(column) >= month) & (pl.col(column) < add_months(month, 1))
