"""The invented night: 2026-06-20, and which months and days its deliveries belong to."""

from __future__ import annotations

from datetime import date

from core.moment import add_months

AS_OF = date(2026, 6, 20)
SETTLEMENT_MONTHS = tuple(date(2026, month, 1) for month in range(1, 6))
PAYMENT_MONTHS = tuple(date(2026, month, 1) for month in range(1, 7))
SNAPSHOT_DAYS = (date(2026, 5, 15), date(2026, 6, 15))
QUARTER_DAY = date(2026, 3, 31)
RISE_COUNTS_FROM = date(2026, 1, 1)
"""The yearly rise of pensions counts from here; the office books it in batches until May and pays back the rest."""


def months_between(first: date, last: date) -> list[date]:
    """First-of-month days from `first` to `last`, both included."""
    months = [first.replace(day=1)]
    while months[-1] < last.replace(day=1):
        months.append(add_months(months[-1], 1))
    return months


BELONGING_MONTHS = tuple(months_between(date(2025, 7, 1), date(2026, 5, 1)))
"""Months a contribution settled within the night's deliveries may belong to."""
