"""Lay what the run knows into the warehouse: the day, the cards, the deliveries, the feeds, who was searched for."""

from __future__ import annotations

import duckdb
import polars as pl

from core.moment import first_of_month
from sources.card import Card
from warehouse.database import keep, run
from warehouse.knowledge import Knowledge

OF_THE_HOUSEHOLD = frozenset({"roster_member", "declared_item", "payment", "case_file"})
"""Tables of the centre's own registers, whose rows name the household by its case number."""


def lay_inputs(connection: duckdb.DuckDBPyConnection, known: Knowledge) -> None:
    """Create `as_of_day`, `run_delivery`, `feed_health`, `expectation_result` and the working tables beside them.

    Raises:
        DefectError: a table could not be written.
    """
    day = known.moment.as_of
    keep(connection, "as_of_day", pl.DataFrame({"as_of": [day], "as_of_month": [first_of_month(day)]}))
    keep(connection, "run_delivery", known.deliveries.sort("source", "delivery_id"))
    keep(connection, "feed_health", known.feeds.sort("source"))
    keep(connection, "expectation_result", known.results)
    keep(connection, "card", _cards(known), temporary=True)
    keep(connection, "card_fact", _facts(known), temporary=True)
    keep(connection, "subject", known.subjects.unique(), temporary=True)
    searched = [{"delivery_id": one.delivery_id, "subject_set": one.subject_set} for one in known.extracts]
    schema = {"delivery_id": pl.String, "subject_set": pl.String}
    keep(connection, "delivery_subject_set", pl.DataFrame(searched, schema=schema).unique(), temporary=True)
    run(
        connection,
        "create temp table used_delivery as select * from run_delivery where used",
        where="warehouse table used_delivery",
    )


def _cards(known: Knowledge) -> pl.DataFrame:
    schema = {
        "source": pl.String,
        "table_name": pl.String,
        "kind": pl.String,
        "rests_on": pl.String,
        "attesting_origin": pl.String,
        "every": pl.String,
        "expected_by_day": pl.Int64,
        "max_age_days": pl.Int64,
        "region_prefix": pl.String,
        "by_household": pl.Boolean,
    }
    return pl.DataFrame([_card(card) for card in known.cards.values()], schema=schema)


def _card(card: Card) -> dict[str, object]:
    return {
        "source": card.source,
        "table_name": card.table,
        "kind": card.kind,
        "rests_on": card.legal_basis.rests_on,
        "attesting_origin": card.attesting_origin,
        "every": card.cadence.every,
        "expected_by_day": card.cadence.expected_by_day,
        "max_age_days": card.cadence.max_age_days,
        "region_prefix": card.region_prefix,
        "by_household": card.table in OF_THE_HOUSEHOLD,
    }


def _facts(known: Knowledge) -> pl.DataFrame:
    schema = {"source": pl.String, "fact": pl.String, "period": pl.String, "lag_months": pl.Int64}
    facts = [
        {"source": card.source, "fact": fact.fact, "period": fact.period, "lag_months": fact.lag_months}
        for card in known.cards.values()
        for fact in card.covers
    ]
    return pl.DataFrame(facts, schema=schema)
