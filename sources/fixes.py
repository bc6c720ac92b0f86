"""Known errors of a provider's files, as data (`fixes.yml`): where, what is done about it, why, who was told.

A list of entries:

    - file: wage_202605(_\\d+)?\\.csv      # regular expression over the whole file name
      lines: [1204, 1377]                 # and / or: their column → the exact text that stands there
      where: {缴费类型: "19"}
      action: set_value                   # drop_row | set_value | accept_code
      column: 缴费类型                     # for set_value and accept_code: their column
      value: "10"                         # what stands there from now on; for accept_code one of the card's codes
      reason: the old office writes 19 for 10 until July
      reported: 2026-06-03, phone, collection section
      expected: July's delivery without it
      expires: 2026-12-31                 # may be left out

Identifying columns may not be named in `where`: the room would hold a person. Use line numbers.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal, Self

import polars as pl
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from core.errors import DefectError, OperatorError
from sources.batch import LINE, Batch
from sources.card import Card
from sources.card_column import dated
from sources.card_file import Pattern, Strict
from sources.yaml_text import load_text

FIXES = "fixes.yml"
DROPPED = "dropped_by_fix"


class Fix(Strict):
    """One known error and what is done about it."""

    file: Pattern
    lines: list[int] = Field(default_factory=list)
    where: dict[str, str] = Field(default_factory=dict)
    action: Literal["drop_row", "set_value", "accept_code"]
    column: str | None = None
    value: str | None = None
    reason: str = Field(min_length=4)
    reported: str = Field(min_length=4)
    expected: str = Field(min_length=4)
    expires: date | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.lines and not self.where:
            raise ValueError("lines or where must say which rows are meant")
        if (self.action == "drop_row") != (self.column is None) or (self.column is None) != (self.value is None):
            raise ValueError("column and value belong to set_value and accept_code, and must be given there")
        return self


def load_fixes(room: Path, card: Card) -> list[Fix]:
    """The known errors of a room, in order; none if the file is not there.

    Raises:
        DefectError: not as the form above says, or naming columns or codes that the card does not hold.
    """
    where = f"{room.name}/{FIXES}"
    if not (room / FIXES).exists():
        return []
    try:
        fixes = TypeAdapter(list[Fix]).validate_python(load_text(room / FIXES, where=where) or [])
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        what = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
        raise _defect(what, where) from None
    for number, fix in enumerate(fixes, start=1):
        _check_against(card, fix, f"{where}, entry {number}")
    return fixes


class Fixing:
    """The fixes that concern one file, applied batch by batch; `finish` says if one met nothing."""

    def __init__(self, card: Card, fixes: list[Fix], file_name: str, *, on: date) -> None:
        """`on`: the day the delivery is read; entries that expired before it are left out."""
        self._card = card
        self._file_name = file_name
        live = [fix for fix in fixes if fix.expires is None or on <= fix.expires]
        self._met = {number: 0 for number, fix in enumerate(live) if re.fullmatch(fix.file, file_name)}
        self._fixes = live

    def apply(self, batch: Batch) -> Batch:
        """The batch after its fixes: values set, dropped rows among the refused as `dropped_by_fix`."""
        for number in self._met:
            batch = self._applied(number, self._fixes[number], batch)
        return batch

    def finish(self) -> None:
        """Call after the last batch.

        Raises:
            OperatorError: a fix for this file met no row, so the provider's error has changed or gone.
        """
        idle = [str(number + 1) for number, count in self._met.items() if count == 0]
        if idle:
            raise OperatorError(
                "fixes.no_match",
                f"known errors no longer found in {self._file_name}: entries {', '.join(idle)} of the unexpired ones",
                where=f"{self._card.source}/{FIXES}",
                todo="look whether the provider mended it, then end or narrow the entry",
            )

    def _applied(self, number: int, fix: Fix, batch: Batch) -> Batch:
        hit = batch.rows.select(_predicate(self._card, fix).alias("hit")).to_series()
        count = int(hit.sum())
        self._met[number] += count
        if count == 0:
            return batch
        if fix.action == "drop_row":
            raw = pl.concat_str(pl.exclude(LINE).fill_null(""), separator="\t").alias("raw")
            dropped = batch.rows.filter(hit).select(pl.col(LINE), pl.lit(DROPPED).alias("reason"), raw)
            refused = pl.concat([batch.refused, dropped]).sort(LINE)
            return Batch(batch.rows.filter(~hit), refused)
        ours = self._card.columns[fix.column or ""].name
        changed = pl.when(hit).then(pl.lit(fix.value)).otherwise(pl.col(ours)).alias(ours)
        return Batch(batch.rows.with_columns(changed), batch.refused)


def _predicate(card: Card, fix: Fix) -> pl.Expr:
    parts = [pl.col(LINE).is_in(fix.lines)] if fix.lines else []
    for theirs, text in fix.where.items():
        parts.append(pl.col(card.columns[theirs].name).eq_missing(pl.lit(text or None)))
    return pl.all_horizontal(parts)


def _check_against(card: Card, fix: Fix, where: str) -> None:
    named = [*fix.where, *([fix.column] if fix.column else [])]
    if unknown := sorted(set(named) - set(card.columns)):
        raise _defect(f"columns the card does not map: {unknown}", where)
    if open_to_see := [theirs for theirs in fix.where if card.columns[theirs].sensitivity == "identity"]:
        raise _defect(f"identifying columns in where: {open_to_see}; use line numbers", where)
    if fix.action != "accept_code" or fix.column is None:
        return
    codes = card.columns[fix.column].codes
    if codes is None or not any(fix.value in edition.values for edition in dated(card.code_tables[codes])):
        raise _defect("accept_code needs a coded column and a code the card knows", where)


def _defect(what: str, where: str) -> DefectError:
    return DefectError("fixes.invalid", what, where=where, todo="correct the entry; sources/fixes.py shows the form")
