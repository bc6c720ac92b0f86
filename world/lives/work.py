"""Working lives: who works where for how much, what was reported of it, and what was declared.

One frame for recipients and all others: `JOB_COLUMNS`. A register's word may differ from life; life stands in
`worked_from`, `worked_to`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from world.chance import Ints, Mask, some_of, stream, weighted
from world.lives.work_kinds import NEVER, WORK_KINDS, WorkKind
from world.scales import Scale

JOB_COLUMNS: dict[str, pl.DataType] = {
    "person": pl.UInt32(),
    "circumstance": pl.String(),
    "employer": pl.UInt32(),
    "insurance_code": pl.String(),
    "payer_code": pl.String(),
    "contribution_from": pl.Date(),
    "contribution_to": pl.Date(),
    "settled_in": pl.Date(),
    "tax_from": pl.Date(),
    "tax_to": pl.Date(),
    "tax_item_code": pl.String(),
    "lump_month": pl.Date(),
    "lump_times": pl.Int32(),
    "fund_state_code": pl.String(),
    "fund_opened_month": pl.Date(),
    "fund_paid_through_month": pl.Date(),
    "fund_rate": pl.Float64(),
    "wage_yuan": pl.Float64(),
    "declared_yuan": pl.Float64(),
    "worked_from": pl.Date(),
    "worked_to": pl.Date(),
    "exit_until_date": pl.Date(),
    "fits": pl.Boolean(),
}


@dataclass(frozen=True)
class Workplaces:
    """Positions of employers: companies are 0 … companies-1, institutions follow."""

    companies: int
    institutions: int

    def draw(self, chance: np.random.Generator, insurance: str, count: int) -> Ints:
        if insurance == "institution_pension":
            return self.companies + chance.integers(0, self.institutions, count)
        return chance.integers(0, self.companies, count)


def recipients_jobs(scale: Scale, seed: int, age_days: Ints, free: Mask, workplaces: Workplaces) -> pl.DataFrame:
    """Jobs of recipients; `free` says who may be given one. Each gets one kind at most."""
    chance = stream(seed, "recipients' work")
    able = free & (age_days > 20 * 365.25) & (age_days < 59 * 365.25)
    found = []
    for kind in WORK_KINDS:
        chosen = some_of(chance, able, scale.count(kind.count))
        able[chosen] = False
        found.append(jobs_of_kind(chance, kind, chosen, workplaces))
    return pl.concat(found)


def jobs_of_kind(chance: np.random.Generator, kind: WorkKind, persons: Ints, workplaces: Workplaces) -> pl.DataFrame:
    """One job per person, all of one kind, with wage, rate and declared share drawn."""
    count = len(persons)
    wage = _between(chance, kind.wages, count)
    declared = _declared(chance, kind, wage)
    begun = kind.declared_from or date(2023, 3, 1)
    worked_from = begun if kind.worked_to != NEVER else None
    contributions = kind.contributions or (None, None)
    tax = kind.tax or (None, None)
    lump = kind.lump or (None, None)
    constants = {
        "circumstance": kind.circumstance,
        "insurance_code": kind.insurance if kind.contributions else None,
        "payer_code": kind.payer,
        "contribution_from": contributions[0],
        "contribution_to": contributions[1],
        "settled_in": kind.settled,
        "tax_from": tax[0],
        "tax_to": tax[1],
        "tax_item_code": kind.item if kind.tax else None,
        "lump_month": lump[0],
        "lump_times": lump[1],
        "fund_state_code": kind.fund,
        "fund_opened_month": date(2021, 9, 1) if kind.fund else None,
        "fund_paid_through_month": _paid_through(kind),
        "worked_from": worked_from,
        "worked_to": kind.worked_to,
        "exit_until_date": kind.exit_until,
        "fits": kind.fits,
    }
    drawn = pl.DataFrame(
        {
            "person": persons.astype(np.uint32),
            "employer": workplaces.draw(chance, kind.insurance, count).astype(np.uint32),
            "fund_rate": np.array([0.05, 0.06, 0.08, 0.10, 0.12])[chance.integers(0, 5, count)],
            "wage_yuan": wage.astype(np.float64),
            "declared_yuan": declared,
        }
    )
    return drawn.with_columns(
        pl.lit(value, dtype=JOB_COLUMNS[name]).alias(name) for name, value in constants.items()
    ).select(pl.col(name).cast(dtype) for name, dtype in JOB_COLUMNS.items())


def others_jobs(seed: int, age_days: Ints, first_person: int, workplaces: Workplaces) -> pl.DataFrame:
    """Jobs of residents who are no recipients; positions in `age_days` count from `first_person`."""
    chance = stream(seed, "others' work")
    able = (age_days > 21 * 365.25) & (age_days < 60 * 365.25)
    kind = np.where(able, weighted(chance, (0.38, 0.018, 0.07, 0.012, 0.52), len(age_days)), 4)
    found = []
    for place, each in enumerate(_OTHERS):
        persons = np.flatnonzero(kind == place)
        whole = jobs_of_kind(chance, each, persons, workplaces)
        found.append(_lively(chance, whole, each))
    return pl.concat(found).with_columns(pl.col("person") + first_person)


_OTHERS = (
    WorkKind("job", 0, wages=(1900, 9800)),
    WorkKind("job", 0, insurance="institution_pension", wages=(3200, 9000)),
    WorkKind("flexible_contributions", 0, payer="flexible", tax=None, worked_to=NEVER),
    WorkKind(
        "resident_pension_contributions",
        0,
        insurance="resident_pension",
        payer="flexible",
        contributions=(date(2026, 1, 1), date(2026, 1, 1)),
        tax=None,
        worked_to=NEVER,
    ),
)


def _lively(chance: np.random.Generator, jobs: pl.DataFrame, kind: WorkKind) -> pl.DataFrame:
    """Half have fund accounts, some are sealed, some leave in March, some are settled late, as with recipients."""
    if kind.tax is None:
        return jobs
    luck = pl.Series(chance.random(len(jobs)))
    leaves = (luck > 0.93).to_frame("leaves")["leaves"]
    late = pl.Series(chance.random(len(jobs)) < 0.03)
    fund = pl.when(luck < 0.42).then(pl.lit("normal")).when(luck < 0.46).then(pl.lit("sealed"))
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    return jobs.with_columns(
        contribution_to=pl.when(leaves).then(march).otherwise("contribution_to"),
        tax_to=pl.when(leaves).then(march).otherwise("tax_to"),
        worked_to=pl.when(leaves).then(march).otherwise("worked_to"),
        settled_in=pl.when(late).then(april),
        fund_state_code=fund,
        fund_opened_month=pl.when(luck < 0.46).then(date(2021, 9, 1)),
        fund_paid_through_month=pl.when(luck < 0.42).then(date(2026, 5, 1)).when(luck < 0.46).then(date(2023, 8, 1)),
    )


def _between(chance: np.random.Generator, bounds: tuple[int, int], count: int) -> Ints:
    return chance.integers(bounds[0] // 10, bounds[1] // 10, count) * 10


def _declared(chance: np.random.Generator, kind: WorkKind, wage: Ints) -> pl.Series:
    count = len(wage)
    if kind.spare is not None:
        return pl.Series(_between(chance, kind.spare, count), dtype=pl.Float64)
    if kind.declared is None:
        return pl.Series([None] * count, dtype=pl.Float64)
    low, high = kind.declared
    return pl.Series(np.round(wage * (low + (high - low) * chance.random(count)) / 10) * 10)


def _paid_through(kind: WorkKind) -> date | None:
    if kind.fund == "normal":
        return date(2026, 5, 1)
    return date(2024, 6, 1) if kind.fund == "sealed" else None
