"""Linked rows → the rows of an extract: typed, transformed, hashed, asked for their meaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from core.errors import replace_engine_error
from sources.batch import LINE
from sources.card import Card
from transforms.all_tables import TRANSFORMS
from transforms.cells import typed
from transforms.first_pass import ROW
from transforms.language import ids
from transforms.meaning import Refusal, refused_by
from transforms.schema import enforced
from transforms.tables import TABLES
from transforms.tokens import row_hashes, tokeniser


@dataclass(frozen=True)
class Rows:
    """`rows`: the extract, sorted by line and person. `given`: row, row_key, person_key, household_key, given
    (JSON text of the row as delivered, their column → their text), in the same order. `faults`: unreadable cells and
    unknown codes per column of the kept rows."""

    rows: pl.DataFrame
    given: pl.DataFrame
    faults: dict[str, dict[str, int]]


def extract_rows(
    linked: pl.DataFrame, card: Card, checks: list[Refusal], *, delivery_id: str, on: date, master: bytes
) -> Rows:
    """The rows of one extract. `linked`: row, line_number, person_key, household_key, id_basis, name_relation,
    birth_relation and every column of the card as delivered; `on` is the day whose code tables hold.

    Raises:
        DefectError: a check is no SQL over the table, or a transform breaks its declaration.
        PolicyError: no edition of a code table is in force.
    """
    linked = linked.sort(LINE, "person_key")
    given = _given(linked, card)
    cells = linked.select(card.our_columns.keys())
    known = typed(cells, card, on, tokeniser(master))
    common = linked.select(
        (pl.lit(f"{delivery_id}:") + pl.col(LINE).cast(pl.String)).alias("row_key"),
        pl.lit(delivery_id).alias("delivery_id"),
        pl.lit(card.source).alias("source"),
        LINE,
        row_hashes(master, given).alias("row_hash"),
        "person_key",
        "id_basis",
        "name_relation",
        "birth_relation",
        known.refused_by.alias("refused_by"),
    )
    with replace_engine_error("transform.failed", where=f"transforms/{card.table}.py on {delivery_id}"):
        own = TRANSFORMS[card.table](_with_keys(known.rows, linked, card).lazy()).collect()
    whole = pl.concat([common, own], how="horizontal")
    meant = refused_by(whole, checks, where=f"{card.source}/checks.yml on {delivery_id}")
    rows = enforced(whole.with_columns(pl.coalesce("refused_by", meant).alias("refused_by")), TABLES[card.table])
    sealed = linked.select(ROW, rows["row_key"], "person_key", "household_key", given.alias("given"))
    return Rows(rows, sealed, known.faults)


def _given(linked: pl.DataFrame, card: Card) -> pl.Series:
    theirs = [pl.col(column.name).alias(header) for header, column in card.columns.items()]
    return linked.select(pl.struct(theirs).struct.json_encode().alias("given")).to_series()


def _with_keys(rows: pl.DataFrame, linked: pl.DataFrame, card: Card) -> pl.DataFrame:
    """Typed rows with what a transform may need beside them: the household, and what the given number is worth."""
    household = linked["household_key"] if "household_key" not in rows.columns else rows["household_key"]
    beside = [household]
    if "roster_id_state" in TABLES[card.table].types:
        beside.append(
            linked.lazy().select(ids.state(pl.col("id_number")).alias("roster_id_state")).collect().to_series()
        )
    return rows.with_columns(beside)
