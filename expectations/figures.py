"""What the ledger knows of a delivery, as the gate's figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.errors import DefectError, ProviderError
from expectations.gate import Figures
from ledger import extracts
from ledger.deliveries import Delivery, previous_health
from ledger.health import health_of
from ledger.run import Ledger


def figures_of(ledger: Ledger, one: Delivery, known_at: datetime) -> Figures | None:
    """The delivery's figures beside those of the accepted delivery before it; None where it was not read yet.

    Raises:
        ProviderError: the control file's figures are no numbers.
        DefectError: the account's classes do not sum to the rows received: a row vanished or was counted twice.
    """
    health = health_of(ledger, one.delivery_id)
    account = account_of(ledger, one.delivery_id)
    if health is None or account is None:
        return None
    received = sum(account.values())
    if one.row_count is not None and one.row_count != received:
        raise DefectError(
            "account.open",
            f"{one.row_count} rows landed, {received} rows have a class",
            where=one.delivery_id,
            todo="compare landing's row count with the extraction's account",
        )
    before = previous_health(ledger, one.delivery_id, known_at)
    control_rows, control_sums = _control(one)
    figures = health.health
    return Figures(
        rows_received=received,
        classes=account,
        ids=figures["ids"],
        ids_ending_000=figures["ids_ending_000"],
        ids_ending_x=figures["ids_ending_x"],
        unknown_code_rows=sum(figures["unknown_codes"].values()),
        structural=figures["structural"],
        control_rows=control_rows,
        control_sums=control_sums,
        sums=_amounts(figures["sums"]),
        previous_rows=sum(before.account.values()) if before else None,
    )


def account_of(ledger: Ledger, delivery_id: str) -> dict[str, int] | None:
    """The account for the subject set that found most in the delivery; None where it has no extract."""
    found = [one.account for one in extracts.find(ledger, delivery_id)]
    return max(
        found, key=lambda account: account.get("matched", 0) + account.get("refused_by_meaning", 0), default=None
    )


def _control(one: Delivery) -> tuple[int | None, dict[str, Decimal]]:
    control = one.control or {}
    try:
        rows = control.get("rows")
        return None if rows is None else int(rows), _amounts(control.get("sums") or {})
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        raise ProviderError(
            "control.unreadable",
            "rows and sums of the control file are not numbers",
            where=one.delivery_id,
            todo='send {"rows": 123, "sums": {"column": "123.45"}} with the file',
        ) from None


def _amounts(texts: Mapping[str, Any]) -> dict[str, Decimal]:
    return {column: Decimal(str(text)) for column, text in texts.items()}
