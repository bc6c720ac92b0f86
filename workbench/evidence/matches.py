"""Rows that may be a person's and wait for somebody to say so: both sides, masked, and what agrees."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from core.settings import Settings
from ledger.run import Ledger
from ledger.scope import Scope
from publish.delivered import delivered_rows
from sources.card import load_cards
from workbench.evidence.people import masked_people
from workbench.evidence.questions import fields
from workbench.evidence.snapshot import Row, Snapshot


@dataclass(frozen=True)
class Match:
    """One person beside one row of a provider. `compared` is field → how the two sides stand to each other."""

    marks: Row
    household_key: str
    region_code: str
    subject: dict[str, str]
    row: Row
    compared: dict[str, str]

    @property
    def row_key(self) -> str:
        """What names the pair in a form."""
        return f"{self.marks['person_key']}~{self.marks['row_key']}"


def waiting_matches(run: Snapshot, scope: Scope, *, ledger: Ledger, settings: Settings, limit: int = 50) -> list[Match]:
    """The pairs of the run within the scope, the surest first."""
    found = run.rows(_WITHIN, [str(prefix) for prefix in scope.prefixes], limit)
    return [_told(run, row, ledger, settings) for row in found]


def _told(run: Snapshot, row: Row, ledger: Ledger, settings: Settings) -> Match:
    household, region = row.pop("household_key"), row.pop("region_code")
    people = masked_people(run, household, ledger=ledger)
    asked = pl.DataFrame([{key: row[key] for key in ("row_key", "source", "delivery_id", "file_name", "line_number")}])
    shown = delivered_rows(asked, household, reveal=False, ledger=ledger, settings=settings)[0]
    shown = {**shown, **fields(shown, load_cards(settings.sources_folder).get(row["source"]))}
    return Match(row, household, region, people.get(row["person_key"], {}), shown, _compared(row["why"]))


def _compared(why: str | None) -> dict[str, str]:
    pairs = [part.split("=", 1) for part in (why or "").split() if "=" in part]
    return {pair[0]: pair[1] for pair in pairs}


_WITHIN = """
    select identity_queue.*, household.household_key, household.region_code,
        identity_queue.row_key as row, run_delivery.delivery_id, run_delivery.file_name,
        cast(string_split(identity_queue.row_key, ':')[-1] as bigint) as line_number
    from identity_queue
    join member using (person_key)
    join household using (household_key)
    join run_delivery on run_delivery.delivery_id = string_split(identity_queue.row_key, ':')[1]
    where len(list_filter(?::varchar[], lambda prefix: starts_with(household.region_code, prefix))) > 0
    qualify row_number() over (partition by identity_queue.person_key, identity_queue.row_key) = 1
    order by score desc nulls last, identity_queue.person_key, identity_queue.row_key
    limit ?
"""
