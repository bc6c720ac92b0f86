"""What is true, for the score alone: lives and facts, never rules or thresholds. No pipeline reads this folder."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from world.calendar import PAYMENT_MONTHS
from world.deliveries import MISHAPS
from world.lives.lives import Lives


def write_lives(lives: Lives, folder: Path) -> None:
    """persons, households, members, circumstances, amounts and lives (person × month) of one world."""
    folder.mkdir(parents=True, exist_ok=True)
    recipient = pl.col("person") < lives.recipients
    lives.people.select(
        "world_person_id", "id_number", "name", "former_name", "birth_date", "sex_code", recipient.alias("recipient")
    ).write_parquet(folder / "persons.parquet")
    _households(lives).write_parquet(folder / "households.parquet")
    _members(lives).write_parquet(folder / "members.parquet")
    circumstances(lives).write_parquet(folder / "circumstances.parquet")
    _amounts(lives).write_parquet(folder / "amounts.parquet")
    months(lives).write_parquet(folder / "lives.parquet")


def _label(column: str) -> pl.Expr:
    return "hh" + pl.col(column).cast(pl.String).str.zfill(6)


def _households(lives: Lives) -> pl.DataFrame:
    return lives.households.select(
        _label("household").alias("world_household_id"),
        "case_number",
        pl.coalesce("may_case_number", "case_number").alias("may_case_number"),
        "region_code",
        "approved_date",
        "stop_date",
        "covered_person_count",
        "hukou_type_code",
        "benefit_monthly_yuan",
        "grace_until_date",
    )


def _amounts(lives: Lives) -> pl.DataFrame:
    """world_household_id, circumstance: how the office came to pay another amount than it should, or seems to."""
    told = lives.households.filter(pl.col("award_circumstance").is_not_null())
    return told.select(_label("household").alias("world_household_id"), circumstance="award_circumstance")


def _members(lives: Lives) -> pl.DataFrame:
    return lives.members.join(_labels(lives), on="person", how="left", maintain_order="left").select(
        _label("household").alias("world_household_id"),
        "world_person_id",
        "relation_code",
        "person_class_code",
        "covered",
    )


def _labels(lives: Lives) -> pl.DataFrame:
    return lives.people.select("person", "world_person_id")


def circumstances(lives: Lives) -> pl.DataFrame:
    """world_person_id, about, circumstance: what is special about a recipient's life, in words."""
    parts = [
        frame.filter(pl.col("person") < lives.recipients).select("person", pl.lit(about).alias("about"), "circumstance")
        for about, frame in (
            ("work", lives.jobs),
            ("pension", lives.pensions),
            ("vehicle", lives.vehicles),
            ("business", lives.businesses),
            ("death", lives.deaths),
            ("move", lives.moves),
        )
    ]
    mistaken = lives.mistaken_cremations.select(
        person="recorded_person",
        about=pl.lit("death"),
        circumstance=pl.lit("alive_but_number_on_anothers_cremation_record"),
    )
    everyone = pl.concat([*parts, mistaken])
    return (
        everyone.join(_labels(lives), on="person", how="left", maintain_order="left")
        .select("world_person_id", "about", "circumstance")
        .sort(pl.all())
    )


def months(lives: Lives) -> pl.DataFrame:
    """For each recipient and month: alive, works_for (credit codes), earned_yuan, pension_yuan, owned_plates."""
    return pl.concat([_month(lives, month) for month in PAYMENT_MONTHS])


def _month(lives: Lives, month: object) -> pl.DataFrame:
    first = pl.lit(month)
    mine = pl.col("person") < lives.recipients
    worked = lives.jobs.filter(mine & (pl.col("worked_from") <= first) & (pl.col("worked_to") >= first)).join(
        lives.employers, on="employer", how="left", maintain_order="left"
    )
    work = worked.group_by("person", maintain_order=True).agg(
        works_for=pl.col("employer_uscc").str.join(" "), earned_yuan=pl.col("wage_yuan").sum()
    )
    drawn = lives.pensions.filter(
        mine
        & (pl.col("state_code") == "in_pay")
        & pl.col("standard_paid")
        & (pl.col("ended_month").is_null() | (pl.col("ended_month") >= first))
    )
    pension = drawn.group_by("person", maintain_order=True).agg(pension_yuan=pl.col("after_yuan").sum())
    owned = lives.vehicles.filter(
        mine
        & (pl.col("first_registered_date") <= first)
        & (pl.col("owned_until").is_null() | (pl.col("owned_until") > first))
    )
    plates = owned.group_by("person", maintain_order=True).agg(owned_plates=pl.col("plate_number").sort().str.join(" "))
    dead = lives.deaths.filter(mine & (pl.col("death_date") < first)).select("person", dead=pl.lit(True))
    people = lives.people.head(lives.recipients).select("person", "world_person_id", month=first)
    for part in (dead, work, pension, plates):
        people = people.join(part, on="person", how="left", maintain_order="left")
    return people.with_columns(alive=pl.col("dead").is_null()).drop("person", "dead")


class Ledger:
    """Keeps what was written where, source by source, and writes it out once a source is done."""

    def __init__(self, folder: Path, recipients: pl.Series) -> None:
        self._folder = folder
        self._recipients = recipients.to_frame("world_person_id")
        self._facts: list[pl.DataFrame] = []
        self._lines: list[pl.DataFrame] = []
        self._deliveries: list[dict[str, object]] = []
        (folder / "lines").mkdir(parents=True, exist_ok=True)

    def keep(self, facts: pl.DataFrame, columns: list[str], lines: pl.DataFrame, entry: dict[str, object]) -> None:
        """Remember one delivery: recipients' facts, their lines (and lines that are no fact), and the file."""
        wanted = [name for name in columns if name not in ("name", "former_name", "birth_date", "sex_code", "address")]
        mine = facts.join(self._recipients, on="world_person_id", how="semi", maintain_order="left")
        self._facts.append(mine.select(wanted).with_columns(belongs_to=pl.lit(entry["belongs_to"])))
        here = lines.filter(
            pl.col("fact_id").is_null() | pl.col("world_person_id").is_in(self._recipients["world_person_id"].implode())
        )
        self._lines.append(here.with_columns(file_name=pl.lit(entry["file_name"])))
        self._deliveries.append(entry)

    def also(self, entry: dict[str, object]) -> None:
        """Remember a further file of a delivery."""
        self._deliveries.append(entry)

    def close_source(self, source: str) -> None:
        """Write facts_<source> and lines/<source> and forget them."""
        pl.concat(self._facts).write_parquet(self._folder / f"facts_{source}.parquet")
        pl.concat(self._lines).write_parquet(self._folder / "lines" / f"{source}.parquet")
        self._facts, self._lines = [], []

    def close(self) -> None:
        """Write deliveries, with those that never came."""
        missing = [
            {
                "source": one.source,
                "file_name": None,
                "belongs_to": one.belongs_to,
                "rows": 0,
                "bytes": 0,
                "mishaps": one.kind,
                "note": one.note,
            }
            for one in MISHAPS
            if one.kind == "never_came"
        ]
        pl.DataFrame([*self._deliveries, *missing], infer_schema_length=None).write_parquet(
            self._folder / "deliveries.parquet"
        )
