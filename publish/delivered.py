"""The rows a finding stands on as the provider delivered them: opened, and masked unless someone may see them."""

from __future__ import annotations

from typing import Any

import polars as pl

from core.errors import OperatorError
from core.identity_number import mask
from core.settings import Settings
from ledger import extracts, keys
from ledger.run import Ledger
from sources.card import Card, load_cards
from sources.card_column import Column
from transforms.sealed import opened

ERASED = "已销毁 erased"
HIDDEN = "***"


def delivered_rows(
    evidence: pl.DataFrame, household_key: str, *, reveal: bool, ledger: Ledger, settings: Settings
) -> list[dict[str, Any]]:
    """Each evidence row as a record with `delivered`: their column → text, identifying values masked unless revealed.

    `delivered` is null where the household's key was erased or the row holds no identifying value; `note` says which.
    """
    key_id = f"household:{household_key}"
    living = keys.living(ledger, [key_id])
    opening = {household_key: keys.open_key(ledger, key_id)} if living else {}
    cards = load_cards(settings.sources_folder)
    told, given = [], _given(evidence["delivery_id"].unique().to_list(), opening, ledger=ledger, settings=settings)
    for row in evidence.sort("source", "file_name", "line_number").to_dicts():
        as_came = given.get(row["row_key"])
        shown = None if as_came is None else _shown(cards.get(row["source"]), as_came, reveal)
        told.append({**row, "delivered": shown, "note": None if living else ERASED})
    return told


def _given(
    delivery_ids: list[str], opening: dict[str, bytes], *, ledger: Ledger, settings: Settings
) -> dict[str, dict[str, str | None]]:
    """Row key → their column → text, of all rows that may be opened; every sealed file is read once."""
    given: dict[str, dict[str, str | None]] = {}
    for extract in extracts.of_deliveries(ledger, delivery_ids):
        path = settings.home / extract.path / "sealed.parquet"
        if not path.exists():
            raise OperatorError(
                "extract.lost", "the sealed extract is gone", where=extract.path, todo="restore it from the backup"
            )
        given |= {one["row_key"]: one["given"] for listed in opened(path, opening).values() for one in listed}
    return given


def _shown(card: Card | None, given: dict[str, str | None], reveal: bool) -> dict[str, str | None]:
    if reveal:
        return given
    columns = card.columns if card else {}
    return {theirs: None if text is None else masked(columns.get(theirs), text) for theirs, text in given.items()}


def masked(column: Column | None, text: str) -> str:
    """A value as people see it by default (PIPL art. 51: only what the task needs).

    Numbers by their first six and last four, names by their first character; of other identifying values and of
    health nothing, nor of columns the card does not map. What the question is about (amounts, months, codes) is shown.
    """
    if column is None or column.sensitivity == "health":
        return HIDDEN
    if column.type == "name":
        return masked_name(text)
    if column.type in ("id_number", "account"):
        return mask(text)
    return HIDDEN if column.sensitivity == "identity" else text


def masked_name(text: str) -> str:
    """A name by its first character."""
    return text[:1] + "*" * (len(text) - 1)
