"""The two clocks: facts are as of a day, knowledge is as of an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class RunKind(StrEnum):
    """Why a run is made. Only nightly runs change findings' lives or become current."""

    NIGHTLY = "nightly"
    BACKFILL = "backfill"
    REPLAY = "replay"
    SHADOW = "shadow"
    COMMISSIONED = "commissioned"


@dataclass(frozen=True, order=True)
class Moment:
    """What a run may know: facts up to the end of `as_of`, deliveries and verdicts up to `known_at` (aware, UTC)."""

    as_of: date
    known_at: datetime

    def __post_init__(self) -> None:
        if self.known_at.tzinfo is None:
            raise ValueError("known_at must carry a time zone")
        object.__setattr__(self, "known_at", self.known_at.astimezone(UTC))


def now() -> datetime:
    """The present instant in UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date where the centre is (Asia/Shanghai)."""
    return datetime.now(SHANGHAI).date()


def first_of_month(day: date) -> date:
    """The first day of `day`'s month: how every `…_month` column is written."""
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months after `month` (negative: before)."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)
