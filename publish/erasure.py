"""Erasure: keys are destroyed, so that a household or a raw file cannot be read anywhere any more."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from core.moment import SHANGHAI, now
from core.settings import Settings
from ledger import commissions, deliveries, exports, keys, presence
from ledger.deliveries import Delivery
from ledger.run import Ledger

BY = "purge_expired"


@dataclass(frozen=True)
class StillReadable:
    """A raw file whose own key still opens it: rows of an erased household stand in it until that key goes too."""

    delivery_id: str
    source: str
    until_date: date


@dataclass(frozen=True)
class ErasureReport:
    """What was erased, and what stays readable until when.

    Unreadable from now on: names and numbers in every published run and every extract. Findings, evidence and
    coverage stand under keys without names and stay.
    """

    households: list[str]
    deliveries: list[str]
    still_readable: list[StillReadable]
    checks: list[int] = field(default_factory=list)

    def as_record(self) -> dict[str, Any]:
        """Flat fields for `--json`."""
        return asdict(self)


def erase_household(household_key: str, *, reason: str, by: str, ledger: Ledger, settings: Settings) -> ErasureReport:
    """Destroy a household's key; audited, and for good.

    Raises:
        OperatorError: there is no such household key, or reason or name is missing.
    """
    erased = keys.erase(ledger, f"household:{household_key}", reason, by)
    return ErasureReport([household_key] if erased else [], [], still_readable(ledger, settings))


def purge_expired(settings: Settings, ledger: Ledger, today: date) -> ErasureReport:
    """Destroy keys of raw files past `raw_retention_days`, of households `case_retention_days` after their exit, and of
    commissioned checks `check_retention_days` after they were asked, with the lists that came with them; and of clear
    exports whose hours are over.

    A raw file's bytes and its quarantine are removed as well, which is all there is to do where landing is not sealed.
    """
    purged = [one.delivery_id for one in deliveries.list_deliveries(ledger) if _purge(one, settings, ledger, today)]
    gone = presence.left_before(ledger, today - timedelta(days=settings.case_retention_days))
    living = keys.living(ledger, [f"household:{key}" for key in gone])
    reason = f"{settings.case_retention_days} days after leaving the roster"
    for key_id in sorted(living):
        keys.erase(ledger, key_id, reason, BY)
    households = sorted(key_id.removeprefix("household:") for key_id in living)
    checks = _erase_checks(settings, ledger, today)
    for key_id in sorted(keys.living(ledger, [exports.key_id(one.sequence) for one in exports.over(ledger)])):
        keys.erase(ledger, key_id, "the export's hours are over", BY)
    return ErasureReport(households, purged, still_readable(ledger, settings), checks)


def _erase_checks(settings: Settings, ledger: Ledger, today: date) -> list[int]:
    """Checks past their retention: their key, their lists, and their household unless a later check needs it still."""
    last = datetime.combine(today - timedelta(days=settings.check_retention_days), time(), SHANGHAI)
    due = commissions.asked_before(ledger, last)
    needed = commissions.standing(ledger, [one.check_id for one in due])
    reason = f"{settings.check_retention_days} days after the check was asked"
    for one in due:
        for delivery_id in one.facts.get("deliveries", []):
            listed = deliveries.get(ledger, delivery_id)
            if not _is_purged(ledger, listed):
                _erase_delivery(listed, reason, settings, ledger)
        household = [f"household:{one.household_key}"] if one.household_key not in needed else []
        for key_id in sorted(keys.living(ledger, [one.key_id, *household])):
            keys.erase(ledger, key_id, reason, BY)
        commissions.tell(ledger, one.check_id, "erased", {"reason": reason}, by=BY)
    return [one.check_id for one in due]


def still_readable(ledger: Ledger, settings: Settings) -> list[StillReadable]:
    """Raw files that can still be opened, with the day their retention ends, soonest first."""
    open_files = [one for one in deliveries.list_deliveries(ledger) if not _is_purged(ledger, one)]
    told = [StillReadable(one.delivery_id, one.source, _last_day(one, settings)) for one in open_files]
    return sorted(told, key=lambda one: (one.until_date, one.delivery_id))


def _purge(one: Delivery, settings: Settings, ledger: Ledger, today: date) -> bool:
    if today <= _last_day(one, settings) or _is_purged(ledger, one):
        return False
    _erase_delivery(one, f"{settings.raw_retention_days} days after landing", settings, ledger)
    return True


def _erase_delivery(one: Delivery, reason: str, settings: Settings, ledger: Ledger) -> None:
    key_id = f"delivery:{one.delivery_id}"

    def write(connection: Connection) -> None:
        if key_id in keys.living_within(connection, [key_id]):
            keys.erase_within(connection, ledger.settings, key_id, reason, BY)
        deliveries.add_event_within(connection, one.delivery_id, "purged", {"reason": reason}, now())

    _remove(settings.home / one.landing_path)
    for quarantined in (settings.home / "quarantine").glob(f"{one.delivery_id}.*"):
        _remove(quarantined)
    ledger.write_all(write)


def _is_purged(ledger: Ledger, one: Delivery) -> bool:
    return any(event.kind == "purged" for event in deliveries.events(ledger, one.delivery_id))


def _last_day(one: Delivery, settings: Settings) -> date:
    landed: date = one.landed_at.astimezone(SHANGHAI).date()
    return landed + timedelta(days=settings.raw_retention_days)


def _remove(file: Path) -> None:
    if file.exists():
        file.unlink()
