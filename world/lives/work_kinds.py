"""Kinds of working life among recipients, with how many persons live each in the district.

Months are (year, month); `settled` is the month in which all belonging months were paid at once. `declared` is the
range of the declared wage as a share of the true one, None where nothing was declared. `worked_to` is when the person
really stopped: None still works, NEVER never worked there (the register's word is wrong or another's).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

OPEN = date(2026, 12, 1)
NEVER = date(1900, 1, 1)
_JULY, _JANUARY, _FEBRUARY, _MARCH = date(2025, 7, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
_APRIL = date(2026, 4, 1)
_EXIT, _LAST_DAY, _EXIT_ENDED = date(2026, 9, 30), date(2026, 6, 20), date(2026, 3, 31)
Span = tuple[date, date] | None


@dataclass(frozen=True)
class WorkKind:
    """One kind: what was reported by employer, tax withholder and fund, what was declared, and what was true."""

    circumstance: str
    count: int
    contributions: Span = (_JULY, OPEN)
    tax: Span = (_JANUARY, OPEN)
    fund: str | None = None
    declared: tuple[float, float] | None = None
    worked_to: date = OPEN
    insurance: str = "employee_pension"
    payer: str = "employer"
    item: str = "wage"
    settled: date | None = None
    lump: tuple[date, int] | None = None
    wages: tuple[int, int] = (1900, 5200)
    exit_until: date | None = None
    """The last day of the gradual exit that the job gave the household; later or earlier than the night."""
    fits: bool = True
    """Whether a wage that was told is so small that the household stays below the line."""
    declared_from: date | None = None
    """When the job began, if it is new; it is declared from then."""
    spare: tuple[int, int] | None = None
    """A declared wage that no office knows of (yuan a month, from … to)."""


_TRUE = (0.975, 1.025)
_GOOD = (3600, 6800)

WORK_KINDS: tuple[WorkKind, ...] = (
    WorkKind("declared_job", 2400, declared=_TRUE),
    WorkKind("declared_job", 700, declared=_TRUE, fund="normal"),
    WorkKind("declared_job_at_base_floor", 500, declared=_TRUE, wages=(1750, 2300)),
    WorkKind("declared_public_welfare_post", 150, declared=_TRUE, wages=(1750, 2000)),
    WorkKind("declared_informal_job", 1800, contributions=None, tax=None, spare=(700, 2400)),
    WorkKind("declared_job_with_bonus_month", 80, declared=_TRUE, lump=(_FEBRUARY, 2)),
    WorkKind("declared_job_with_arrears_at_once", 60, declared=_TRUE, tax=(_APRIL, _APRIL), lump=(_APRIL, 3)),
    WorkKind("declared_job_contributions_back_paid", 160, declared=_TRUE, settled=_APRIL),
    WorkKind("undeclared_job", 240, fund="normal"),
    WorkKind("undeclared_job", 420),
    WorkKind("undeclared_job", 180, contributions=None),
    WorkKind("undeclared_job", 60, tax=None),
    WorkKind("undeclared_job", 50, settled=_APRIL),
    WorkKind("undeclared_labour", 130, contributions=None, item="labour", wages=(900, 2800)),
    WorkKind("undeclared_job_in_gradual_exit", 120, exit_until=_EXIT),
    WorkKind(
        "undeclared_job_ended_before",
        110,
        contributions=(_JULY, _JANUARY),
        tax=(_JANUARY, _JANUARY),
        worked_to=_JANUARY,
    ),
    WorkKind("one_small_payment", 90, contributions=None, tax=(_MARCH, _MARCH), item="labour", wages=(200, 1400)),
    WorkKind("higher_wage_than_declared", 170, declared=(0.35, 0.75), wages=(2400, 5600)),
    WorkKind("higher_wage_than_declared", 160, declared=(0.35, 0.75), wages=(2400, 5600), fund="normal"),
    WorkKind("higher_wage_than_declared", 40, declared=(0.35, 0.75), wages=(2400, 5600), tax=None),
    WorkKind(
        "declared_job_ended",
        260,
        contributions=(_JULY, _FEBRUARY),
        tax=(_JANUARY, _FEBRUARY),
        declared=_TRUE,
        worked_to=_FEBRUARY,
    ),
    WorkKind("undeclared_institution_post", 76, insurance="institution_pension", fund="normal", wages=(3200, 6400)),
    WorkKind("declared_institution_post", 40, insurance="institution_pension", declared=_TRUE, wages=(3200, 6400)),
    WorkKind("identity_stolen_in_wage_reporting", 105, contributions=None, worked_to=NEVER),
    WorkKind("identity_stolen_in_wage_reporting", 25, contributions=None, worked_to=NEVER, spare=(700, 1600)),
    WorkKind("identity_used_by_another_at_work", 50, worked_to=NEVER),
    WorkKind("employer_went_on_paying", 65, tax=None, worked_to=date(2025, 11, 1)),
    WorkKind("employer_went_on_paying", 25, tax=None, fund="normal", worked_to=date(2025, 11, 1)),
    WorkKind(
        "old_contributions_settled_now",
        150,
        contributions=(date(2025, 8, 1), date(2025, 11, 1)),
        tax=None,
        settled=_APRIL,
        worked_to=date(2025, 11, 1),
    ),
    WorkKind("sealed_fund_account", 800, contributions=None, tax=None, fund="sealed", worked_to=date(2024, 6, 1)),
    WorkKind("medical_insurance_only", 40, insurance="employee_medical", tax=None, worked_to=NEVER),
    WorkKind("flexible_contributions", 2900, payer="flexible", tax=None, worked_to=NEVER),
    WorkKind("subsidised_contributions", 1200, payer="subsidised", tax=None, worked_to=NEVER),
    WorkKind(
        "resident_pension_contributions",
        2600,
        insurance="resident_pension",
        payer="flexible",
        contributions=(_JANUARY, _JANUARY),
        tax=None,
        worked_to=NEVER,
    ),
    WorkKind(
        "declared_job_in_gradual_exit", 70, declared=_TRUE, fund="normal", wages=_GOOD, exit_until=_EXIT, fits=False
    ),
    WorkKind("declared_job_in_gradual_exit", 25, declared=_TRUE, wages=_GOOD, exit_until=_LAST_DAY, fits=False),
    WorkKind(
        "gradual_exit_over_and_job_kept",
        90,
        declared=_TRUE,
        fund="normal",
        wages=_GOOD,
        exit_until=_EXIT_ENDED,
        fits=False,
    ),
    WorkKind("gradual_exit_over_and_job_kept", 30, declared=_TRUE, wages=_GOOD, exit_until=_EXIT_ENDED, fits=False),
    WorkKind("gradual_exit_over_and_wage_small", 60, declared=_TRUE, exit_until=_EXIT_ENDED),
    WorkKind(
        "declared_job_begun_lately",
        80,
        contributions=(_FEBRUARY, OPEN),
        tax=(_FEBRUARY, OPEN),
        declared=_TRUE,
        fund="normal",
        wages=(1900, 2700),
        fits=False,
        declared_from=_FEBRUARY,
    ),
)
