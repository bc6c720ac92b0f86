"""Who should have been asked about being here at all: deaths, moves, two cases, damaged numbers."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from core.moment import add_months
from world.reckoning.knowable import UNUSABLE_ID, Known
from world.reckoning.policy import Policy

WHO = ["world_household_id", "world_person_id"]


def paid_after_death(known: Known, policy: Policy) -> pl.DataFrame:
    """A death on record and a payment that reached the household for a later month."""
    later = int(policy.number("payroll_cutoff_months"))
    deaths = pl.concat(
        [
            known.of("hukou")
            .filter(pl.col("status_code") == "dead")
            .select(*WHO, died="change_date", origin=pl.lit("police")),
            known.of("hukou_change")
            .filter(pl.col("event_code") == "death")
            .select(*WHO, died="event_date", origin=pl.lit("police")),
            known.of("cremation").select(*WHO, died="death_date", origin=pl.lit("funeral")),
        ]
    )
    dead = deaths.group_by(WHO).agg(died=pl.col("died").min(), origins=pl.col("origin").n_unique())
    paid = payments(known).group_by("world_household_id").agg(last=pl.col("payment_month").max())
    first_undue = pl.col("died").dt.truncate("1mo").dt.offset_by(f"{later}mo")
    asked = dead.join(paid, on="world_household_id").filter(pl.col("last") >= first_undue)
    return asked.select(
        *WHO, severity=pl.when(pl.col("origins") > 1).then(pl.lit("urgent")).otherwise(pl.lit("eligibility"))
    )


def payments(known: Known, *, damaged_too: bool = False) -> pl.DataFrame:
    """Payments that arrived, by household, also under a case number that was reissued since."""
    rows = known.delivered if damaged_too else known.facts
    arrived = rows["payroll"].filter(pl.col("state_code").is_in(["paid", "collected"]))
    return arrived.join(known.cases, on="case_number").select("world_household_id", "payment_month")


def hukou_moved_out(known: Known, policy: Policy) -> pl.DataFrame:
    """The last word of the register says that the person left the county or the country."""
    latest_day = known.as_of - timedelta(days=int(policy.number("hukou_grace_days")))
    away = pl.col("gone") & (pl.col("day") <= latest_day)
    told = _last_words(known.of("hukou"), known.of("hukou_change"))
    surely = _last_words(*(_with_a_number(known.of(source)) for source in ("hukou", "hukou_change"))).filter(away)
    asked = pl.concat([surely, told.filter(away).join(surely, on=WHO, how="anti")])
    perhaps_here = told.filter(~pl.col("gone")).select(*WHO, perhaps_here=True)
    milder = (pl.col("person_class_code") == "student") | pl.col("perhaps_here").fill_null(False)
    return asked.join(perhaps_here, on=WHO, how="left").select(
        *WHO, severity=pl.when(milder).then(pl.lit("information")).otherwise(pl.lit("eligibility"))
    )


def _with_a_number(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~pl.col("dirt").fill_null("").is_in(UNUSABLE_ID))


def _last_words(of_register: pl.DataFrame, of_changes: pl.DataFrame) -> pl.DataFrame:
    """The last word on where each is registered: who, person_class_code, day, gone.

    A registration in another county than the case's says nothing: the county that assists asks about its own.
    """
    gone_abroad = ["emigrated", "hk_macau"]
    is_live = pl.col("status_code").is_in(["valid", "locked", "permit"])
    gone = (pl.col("status_code") == "moved_out") | (
        (pl.col("status_code") == "cancelled") & pl.col("change_reason_code").is_in(gone_abroad)
    )
    register = of_register.filter(~(is_live & _elsewhere("region_code", of="region_code_right"))).select(
        *WHO,
        "person_class_code",
        day=pl.col("change_date").fill_null(pl.date(1900, 1, 1)),
        gone=gone & ~is_live.any().over(WHO),
    )
    left = (pl.col("event_code") == "move_out") & _elsewhere("to_region_code")
    arrived = (pl.col("event_code") == "move_in") & ~_elsewhere("to_region_code")
    abroad = pl.col("event_code").is_in(gone_abroad)
    changes = of_changes.filter((pl.col("event_code") == "move_out") | arrived | abroad).select(
        *WHO, "person_class_code", day="event_date", gone=abroad | left
    )
    return pl.concat([register, changes]).sort("day", ~pl.col("gone")).group_by(WHO, maintain_order=True).last()


def _elsewhere(place: str, of: str = "region_code") -> pl.Expr:
    """Whether a place lies in another county than the case (`of`); an unknown one does not."""
    return (pl.col(place).str.slice(0, 6) != pl.col(of).str.slice(0, 6)).fill_null(False)


def person_in_two_cases(known: Known, policy: Policy) -> pl.DataFrame:
    """Counted in two households that are both assisted."""
    twice = known.subjects.filter(pl.col("world_household_id").n_unique().over("world_person_id") > 1)
    return twice.select(*WHO, severity=pl.lit("eligibility"))


def invalid_roster_id(known: Known, policy: Policy) -> pl.DataFrame:
    """The ledger's own number is damaged or missing, or the ledger gives it to another person as well."""
    twice = known.members.filter(pl.col("world_person_id").n_unique().over("number") > 1)
    nobodys = pl.col("damaged") | pl.col("number").is_in(twice["number"].implode())
    return known.subjects.filter(nobodys).select(*WHO, severity=pl.lit("information"))


def approved_but_unpaid(known: Known, policy: Policy) -> pl.DataFrame:
    """Assisted households whose last due payments did not arrive, each due month's payroll having been delivered."""
    cycles, offset = int(policy.number("unpaid_cycles")), int(policy.number("first_paid_offset_months"))
    living = _with_a_living_member(known)
    households = (
        known.subjects.join(living, on="world_household_id", how="semi")
        .filter(pl.col("approved_date").is_not_null())
        .group_by("world_household_id")
        .agg(pl.col("approved_date").min(), pl.col("region_code").first())
    )
    cadence = policy.by_region("payroll_cadence_months", households["region_code"])
    arrived = payments(known, damaged_too=True).group_by("world_household_id").agg(months=pl.col("payment_month"))
    rows = households.with_columns(cadence=cadence).join(arrived, on="world_household_id", how="left")
    asked = [row["world_household_id"] for row in rows.iter_rows(named=True) if _unpaid(known, row, cycles, offset)]
    return pl.DataFrame({"world_household_id": asked}, schema={"world_household_id": pl.String}).select(
        "world_household_id", world_person_id=pl.lit(None, dtype=pl.String), severity=pl.lit("favourable")
    )


def recorded_dead(known: Known) -> pl.DataFrame:
    """Whom the register, its changes or the funeral service record as dead."""
    return pl.concat(
        [
            known.of("hukou").filter(pl.col("status_code") == "dead").select(WHO),
            known.of("hukou_change").filter(pl.col("event_code") == "death").select(WHO),
            known.of("cremation").select(WHO),
        ]
    )


def _with_a_living_member(known: Known) -> pl.DataFrame:
    return known.subjects.join(recorded_dead(known), on=WHO, how="anti").select("world_household_id").unique()


def _unpaid(known: Known, row: dict[str, object], cycles: int, offset: int) -> bool:
    approved, cadence = row["approved_date"], int(str(row["cadence"]).split(".")[0])
    first = add_months(approved.replace(day=1), offset)  # type: ignore[attr-defined]
    back = [add_months(known.as_of_month, -place) for place in range(13)]
    due = [month for month in back if month >= first and (month.month - 1) % cadence == 0][:cycles]
    paid = set(row["months"] or [])  # type: ignore[call-overload]
    return len(due) == cycles and all(month in known.months["payroll"] and month not in paid for month in due)
