"""The identifying fields of rows, folded and marked, for one batch of households."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from warehouse.identity.compare import GIVEN, fields_given, folded
from warehouse.identity.marks import marked
from warehouse.identity.sealed_rows import opened
from warehouse.knowledge import ExtractFolder, Knowledge


def given_fields(known: Knowledge, folders: Iterable[ExtractFolder], households: list[str]) -> pl.DataFrame:
    """`row_key, person_key`, the folded fields and the marks of the households' rows in these extracts.

    Raises:
        OperatorError: a household's key does not open its payload.
    """
    records: list[dict[str, str | None]] = []
    for folder in folders:
        card = known.cards[folder.source]
        for (row_key, person_key), given in opened(known, folder, households).items():
            fields = fields_given(card, given, known.moment.as_of)
            records.append({"row_key": row_key, "person_key": person_key, **fields})
    schema = dict.fromkeys(("row_key", "person_key", *GIVEN), pl.String)
    rows = pl.DataFrame(records, schema=schema).unique(subset=["row_key", "person_key"], maintain_order=True)
    return marked(folded(rows), known.token_key)


def roster_extracts(known: Knowledge) -> list[ExtractFolder]:
    """The extracts that say how the roster writes its persons."""
    return [one for one in known.extracts if known.cards[one.source].table == "roster_member"]


def extracts_of(known: Knowledge, deliveries: Iterable[str]) -> list[ExtractFolder]:
    """The extracts of these deliveries."""
    wanted = set(deliveries)
    return [one for one in known.extracts if one.delivery_id in wanted]
