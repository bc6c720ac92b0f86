"""The one reading of a file: batches in, the subjects' rows out, everything counted, memory bounded by what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import polars as pl

from sources.batch import LINE, Batch
from transforms.duplicates import cell_hashes, first_of_equals, repeated
from transforms.health import HealthCount
from transforms.links import LINK
from transforms.sieve import KEPT, NOT_SUBJECT, UNUSABLE, Sifted

ROW = "row"
"""A row's place in the whole file, counted over rows that could be read."""


@dataclass(frozen=True)
class Read:
    """What one reading leaves.

    `cells`: the rows that could be a subject's, once each: row, line_number, all cells as delivered. `links`: row and
    `links.LINK` without `at`. `refused`: structurally refused lines. `counts`: rows per class before meaning is asked;
    rows in `cells` count as `kept`, or as `unusable_id` where `unusable` holds their row.
    """

    cells: pl.DataFrame
    links: pl.DataFrame
    unusable: pl.Series
    refused: pl.DataFrame
    counts: dict[str, int]
    received: int


@dataclass
class _Heap:
    cells: list[pl.DataFrame] = field(default_factory=list)
    links: list[pl.DataFrame] = field(default_factory=list)
    refused: list[pl.DataFrame] = field(default_factory=list)
    hashes: list[pl.Series] = field(default_factory=list)
    classes: list[pl.Series] = field(default_factory=list)
    rows: int = 0


def read_once(batches: Iterable[Batch], sift: Callable[[pl.DataFrame], Sifted], health: HealthCount) -> Read:
    """Sift every batch and settle duplicates over the whole file."""
    heap = _Heap()
    for batch in batches:
        health.add(batch.rows, batch.refused)
        heap.refused.append(batch.refused)
        if batch.rows.height:
            _take(heap, batch.rows, sift(batch.rows.drop(LINE)))
    return _settled(heap)


def _take(heap: _Heap, rows: pl.DataFrame, sifted: Sifted) -> None:
    places = sifted.links["at"].unique().sort()
    numbered = rows.with_columns(pl.int_range(heap.rows, heap.rows + rows.height, dtype=pl.Int64).alias(ROW))
    heap.cells.append(numbered[places])
    heap.links.append(sifted.links.with_columns((pl.col("at").cast(pl.Int64) + heap.rows).alias(ROW)).drop("at"))
    heap.hashes.append(cell_hashes(rows.drop(LINE)))
    heap.classes.append(sifted.classes)
    heap.rows += rows.height


def _settled(heap: _Heap) -> Read:
    refused = pl.concat(heap.refused)
    if not heap.rows:
        nothing = pl.Series(ROW, dtype=pl.Int64)
        links = pl.DataFrame(schema={ROW: pl.Int64(), **{k: v for k, v in LINK.items() if k != "at"}})
        return Read(
            pl.DataFrame(schema={ROW: pl.Int64}), links, nothing, refused, _counts(refused, None), refused.height
        )
    cells, links = pl.concat(heap.cells), pl.concat(heap.links)
    doubled, classes = repeated(heap.hashes), pl.concat(heap.classes)
    first = first_of_equals(cells.drop(ROW, LINE))
    doubled = doubled.scatter(cells[ROW], ~first)
    cells = cells.filter(first)
    links = links.filter(pl.col(ROW).is_in(cells[ROW].implode()))
    counts = _counts(refused, pl.DataFrame({"doubled": doubled, "class": classes}))
    unusable = cells[ROW].filter(classes[cells[ROW]] == UNUSABLE)
    return Read(cells, links, unusable, refused, counts, refused.height + heap.rows)


def _counts(refused: pl.DataFrame, rows: pl.DataFrame | None) -> dict[str, int]:
    counts = {"structurally_refused": refused.height, "duplicate": 0, "unusable_id": 0, "not_subject": 0, "kept": 0}
    if rows is not None:
        alone = rows.filter(~pl.col("doubled"))["class"]
        counts["duplicate"] = int(rows["doubled"].sum())
        for name, value in (("unusable_id", UNUSABLE), ("not_subject", NOT_SUBJECT), ("kept", KEPT)):
            counts[name] = int((alone == value).sum())
    return counts
