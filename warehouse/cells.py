"""Which cells are found: person × source × fact × delivered month with a row that may carry a finding."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import yaml

from warehouse.database import run
from warehouse.knowledge import Knowledge

FACTS = Path(__file__).with_name("facts.yml")
OF_THE_WHOLE_HOUSEHOLD = frozenset({"payment", "case_file"})
"""Tables whose rows speak of every member of the household."""


@cache
def predicates() -> dict[str, dict[str, str]]:
    """Table → fact → the SQL predicate a row must meet to answer the fact."""
    found: dict[str, dict[str, str]] = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    return found


def find_cells(connection: duckdb.DuckDBPyConnection, known: Knowledge) -> None:
    """Create the working table `found_cell(person_key, source, fact, slot_month)`.

    Raises:
        DefectError: a predicate of `facts.yml` does not fit its table.
    """
    run(
        connection,
        "create temp table found_cell (person_key varchar, source varchar, fact varchar, slot_month date)",
        where="warehouse working table found_cell",
    )
    for card in known.cards.values():
        for fact in card.covers:
            predicate = predicates().get(card.table, {}).get(fact.fact, "true")
            run(
                connection,
                _found(card.source, card.table, fact.fact, predicate),
                where=f"warehouse/facts.yml {fact.fact}",
            )


def _found(source: str, table: str, fact: str, predicate: str) -> str:
    person = (
        "join member using (household_key)"
        if table in OF_THE_WHOLE_HOUSEHOLD
        else "semi join person using (person_key)"
    )
    whose = "member.person_key" if table in OF_THE_WHOLE_HOUSEHOLD else f"{table}.person_key"
    return f"""
        insert into found_cell
        select distinct {whose}, '{source}', '{fact}', used_delivery.slot_month
        from {table}
        join used_delivery using (delivery_id)
        {person}
        where {table}.source = '{source}' and {predicate}
    """  # noqa: S608
