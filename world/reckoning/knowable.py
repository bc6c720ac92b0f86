"""What could be known on the night: facts whose line arrived legibly in a delivery used, and who may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from core.identity_number import valid
from core.moment import add_months

LOST = ("lost_byte", "impossible_date", "impossible_month")
"""Dirt that takes the fact itself away: a torn line, a day or month that cannot be."""
UNUSABLE_ID = ("id15", "excel_zeros", "excel_double", "id_absent", "id_mistyped")
"""Dirt that leaves a fact without a number that points surely at its person."""
KNOWN_IN_FULL = "id15_known_in_full"
"""A ledger's number in 15 digits that another of its lists gave in full: it points surely at its person."""
ILLEGIBLE = "impossible_date"
"""On the roster only the day of the approval can be so: the member stays, nobody vanishes over a day."""
CONSENT = (
    "contribution",
    "institution_contribution",
    "pension",
    "pension_adjustment",
    "unemployment_benefit",
    "tax_withholding",
    "self_employed",
    "vehicle",
    "housing_fund",
)
_MONTHLY = (
    *("contribution", "institution_contribution", "tax_withholding", "payroll", "pension"),
    "unemployment_benefit",
)


@dataclass(frozen=True, eq=False)
class Known:
    """Facts by source, subjects (one row per person and household) and covered delivery months by source, as of a day.

    `facts` came legibly; `delivered` came at all, however damaged: a refused or doubtful row that could be the one
    missed forbids to say that there was none.
    `subjects`: world_household_id, world_person_id, person_class_code, region_code, approved_date,
    covered_person_count, in_grace, usable (the ledger's number points surely at the person), damaged (nobody can tell
    that it is right: a true number that ends in 000 looks like one a spreadsheet cut), number (as the ledger has it);
    approved_date is null where the head's row gives an impossible day.
    `roster`: every member, covered or not, whatever the number; `may_ask`: sources that surely have the consent.
    `cases`: world_household_id, case_number, each household under every number it had.
    """

    as_of: date
    facts: dict[str, pl.DataFrame]
    delivered: dict[str, pl.DataFrame]
    subjects: pl.DataFrame
    members: pl.DataFrame
    roster: pl.DataFrame
    cases: pl.DataFrame
    months: dict[str, frozenset[date]]
    sure_only: bool

    @property
    def as_of_month(self) -> date:
        return self.as_of.replace(day=1)

    def window(self, months: int) -> list[date]:
        """The months before the day's month, newest first."""
        return [add_months(self.as_of_month, -back) for back in range(1, months + 1)]

    def of(self, source: str, *, damaged_too: bool = False) -> pl.DataFrame:
        """A source's facts of subjects who may be asked there, once per household they stand in."""
        mine = self.subjects.filter(pl.col("allowed").list.contains(source)) if source in CONSENT else self.subjects
        facts = self.delivered if damaged_too else self.facts
        return facts[source].join(mine.drop("allowed"), on="world_person_id")


def known(truth: Path, used: pl.DataFrame, as_of: date, *, sure_only: bool) -> Known:
    """`used`: source, file_name of the deliveries used. `sure_only` leaves out lines without a usable number."""
    sources = [path.stem.removeprefix("facts_") for path in sorted(truth.glob("facts_*.parquet"))]
    delivered = {source: _delivered(truth, source, used) for source in sources}
    delivered["roster"] = _with_numbers_known_in_full(delivered["roster"], truth, as_of)
    lost = [*LOST, *(UNUSABLE_ID if sure_only else ())]
    facts = {source: rows.filter(~pl.col("dirt").fill_null("").is_in(lost)) for source, rows in delivered.items()}
    facts["roster"] = delivered["roster"].filter(~pl.col("dirt").fill_null("").is_in(set(lost) - {ILLEGIBLE}))
    cases = _cases(truth)
    members = _members(truth, facts["roster"], cases, as_of)
    everyone = delivered["roster"].filter(~pl.col("dirt").fill_null("").is_in(set(LOST) - {ILLEGIBLE}))
    listed = _members(truth, everyone, cases, as_of)
    forms = delivered["authorisation"].filter(~pl.col("dirt").fill_null("").is_in([*LOST, *UNUSABLE_ID]))
    roster = _allowed(listed, forms, as_of).rename({"allowed": "may_ask"})
    subjects = members.filter(pl.col("covered") & (pl.col("stop_date").is_null() | (pl.col("stop_date") > as_of)))
    deliveries = pl.read_parquet(truth / "deliveries.parquet").join(used, on=["source", "file_name"], how="semi")
    months = {source: frozenset(deliveries.filter(pl.col("source") == source)["belongs_to"]) for source in _MONTHLY}
    return Known(
        as_of,
        facts,
        delivered,
        _allowed(subjects, facts["authorisation"], as_of),
        members,
        roster,
        cases,
        months,
        sure_only,
    )


def _delivered(truth: Path, source: str, used: pl.DataFrame | None) -> pl.DataFrame:
    """Facts of a source with the dirt of their line, from the deliveries used (None: from all that came)."""
    lines = pl.read_parquet(truth / "lines" / f"{source}.parquet")
    if used is not None:
        lines = lines.join(used.filter(pl.col("source") == source).select("file_name"), on="file_name", how="semi")
    clean_first = lines.filter(pl.col("fact_id").is_not_null()).sort(
        "fact_id", pl.col("dirt").is_not_null(), maintain_order=True
    )
    came = clean_first.unique("fact_id", keep="first", maintain_order=True).select("fact_id", "dirt")
    return pl.read_parquet(truth / f"facts_{source}.parquet").join(
        came, on="fact_id", how="inner", maintain_order="left"
    )


def _with_numbers_known_in_full(roster: pl.DataFrame, truth: Path, as_of: date) -> pl.DataFrame:
    """A list that another replaced is used no more, and yet gave numbers in full."""
    came = _delivered(truth, "roster", None).filter(pl.col("belongs_to") <= as_of)
    given = came.filter(~pl.col("dirt").fill_null("").is_in([*LOST, *UNUSABLE_ID]))
    whole = given.join(_true_numbers(truth), on="world_person_id").filter(pl.col("id_number") == pl.col("true_number"))
    in_full = (pl.col("dirt") == "id15") & pl.col("world_person_id").is_in(whole["world_person_id"].implode())
    return roster.with_columns(dirt=pl.when(in_full).then(pl.lit(KNOWN_IN_FULL)).otherwise("dirt"))


def _true_numbers(truth: Path) -> pl.DataFrame:
    people = pl.read_parquet(truth / "persons.parquet", columns=["world_person_id", "id_number"])
    return people.rename({"id_number": "true_number"})


def _cases(truth: Path) -> pl.DataFrame:
    households = pl.read_parquet(truth / "households.parquet")
    now = households.select("world_household_id", "case_number")
    before = households.select("world_household_id", case_number="may_case_number")
    return pl.concat([now, before]).unique(maintain_order=True)


def _members(truth: Path, roster: pl.DataFrame, cases: pl.DataFrame, as_of: date) -> pl.DataFrame:
    people = _true_numbers(truth)
    latest = roster.filter(pl.col("belongs_to") == pl.col("belongs_to").max(), pl.col("approved_date") <= as_of)
    no_day = ((pl.col("dirt") == ILLEGIBLE) & (pl.col("relation_code") == "head")).fill_null(False)
    return (
        latest.join(cases, on="case_number", maintain_order="left")
        .join(people, on="world_person_id", how="left", maintain_order="left")
        .with_columns(
            in_grace=(pl.col("grace_until_date") >= as_of).fill_null(False),
            approved_date=pl.when(~no_day.any().over("world_household_id")).then("approved_date"),
            number=_as_read(),
            usable=~pl.col("dirt").fill_null("").is_in(UNUSABLE_ID) & (pl.col("id_number") == pl.col("true_number")),
            damaged=pl.col("dirt").fill_null("").is_in(["excel_zeros", "id_absent", "id_mistyped"])
            | ((pl.col("dirt") == "excel_double").fill_null(False) & ~valid(_as_double(pl.col("id_number"))))
            | (pl.col("id_number") != pl.col("true_number"))
            | (pl.col("id_number").str.ends_with("000") & ~pl.col("dirt").fill_null("").is_in(["id15", KNOWN_IN_FULL])),
        )
        .select(
            "world_household_id",
            "world_person_id",
            "relation_code",
            "person_class_code",
            "region_code",
            "hukou_type_code",
            "approved_date",
            "stop_date",
            "covered",
            "not_counted_code",
            "not_counted_since_date",
            "covered_person_count",
            "in_grace",
            "grace_until_date",
            "usable",
            "damaged",
            "number",
            "dirt",
        )
        .unique(["world_household_id", "world_person_id"], keep="first", maintain_order=True)
    )


def _as_read() -> pl.Expr:
    """The number as it stands in the ledger after what a spreadsheet did to it."""
    return pl.when(pl.col("dirt") == "excel_double").then(_as_double(pl.col("id_number"))).otherwise("id_number")


def _as_double(number: pl.Expr) -> pl.Expr:
    """What a binary double keeps of the number; about one in fifteen still checks, and nobody can tell."""
    return number.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False).cast(pl.String)


def _allowed(subjects: pl.DataFrame, forms: pl.DataFrame, as_of: date) -> pl.DataFrame:
    standing = forms.filter(pl.col("belongs_to") == pl.col("belongs_to").max()) if len(forms) else forms
    in_force = standing.filter(
        (pl.col("signed_date") <= as_of)
        & (pl.col("valid_from_date") <= as_of)
        & (pl.col("valid_to_date").is_null() | (pl.col("valid_to_date") >= as_of))
    )
    sources = in_force.select(
        "world_person_id",
        source=pl.when(pl.col("scope_code") == "all")
        .then(pl.lit(list(CONSENT)))
        .otherwise(pl.concat_list("scope_code")),
    )
    listed = (
        sources.explode("source")
        .group_by("world_person_id", maintain_order=True)
        .agg(allowed=pl.col("source").unique())
    )
    return subjects.join(listed, on="world_person_id", how="left", maintain_order="left").with_columns(
        allowed=pl.col("allowed").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    )


def newest(facts: pl.DataFrame) -> pl.DataFrame:
    """Only the rows of the newest snapshot (`belongs_to`)."""
    return facts.filter(pl.col("belongs_to") == pl.col("belongs_to").max())
