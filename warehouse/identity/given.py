"""The identifying fields of rows, folded and marked, for one batch of households."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from warehouse.identity.compare import GIVEN, fields_given, folded
from warehouse.identity.marks import marked
from warehouse.identity.sealed_rows import opened
from warehouse.knowledge import ExtractFolder, Knowledge


def given_fields(known: Knowledge, asked: Sequence[tuple[ExtractFolder, list[str]]]) -> pl.DataFrame:
    """`row_key, person_key`, the folded fields and the marks of rows: for each extract those of the households asked.

    Households whose key is erased are left out.

    Raises:
        OperatorError: a household's key does not open its payload.
    """
    keys = known.open_keys({one for _, households in asked for one in households})
    records: list[dict[str, str | None]] = []
    for folder, households in asked:
        card = known.cards[folder.source]
        living = {one: keys[one] for one in households if one in keys}
        for (row_key, person_key), given in opened(folder, living).items():
            fields = fields_given(card, given, known.moment.as_of)
            records.append({"row_key": row_key, "person_key": person_key, **fields})
    schema = dict.fromkeys(("row_key", "person_key", *GIVEN), pl.String)
    rows = pl.DataFrame(records, schema=schema).unique(subset=["row_key", "person_key"], maintain_order=True)
    return marked(folded(rows), known.token_key)


def on_the_roster(known: Knowledge, households: list[str]) -> pl.DataFrame:
    """`given_fields` of the households' rows as the roster writes them."""
    rosters = [one for one in known.extracts if known.cards[one.source].table == "roster_member"]
    return given_fields(known, [(roster, households) for roster in rosters])


def in_deliveries(known: Knowledge, wanted: pl.DataFrame) -> pl.DataFrame:
    """`given_fields` of the rows of these deliveries and households (`delivery_id, household_key`)."""
    households = dict(wanted.group_by("delivery_id").agg(pl.col("household_key").unique()).iter_rows())
    these = [one for one in known.extracts if one.delivery_id in households]
    return given_fields(known, [(one, households[one.delivery_id]) for one in these])
