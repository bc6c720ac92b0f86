"""The one reading of a file: batches in, the subjects' rows out, everything counted, memory bounded by what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sources.batch import LINE, Batch
from transforms.duplicates import cell_hashes, first_of_equals, repeated
from transforms.health import HealthCount
from transforms.links import LINK
from transforms.sieve import KEPT, NOT_SUBJECT, UNUSABLE, Sifted

ROW = "row"
"""A row's place in the whole file, counted over rows that could be read."""


@dataclass(frozen=True)
class Sieve:
    """Two meshes: `possible` sees every batch and says quickly which rows (Boolean each) `closely` must look at."""

    possible: Callable[[pl.DataFrame], pl.Series]
    closely: Callable[[pl.DataFrame], Sifted]


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
    refused: list[pl.DataFrame] = field(default_factory=list)
    hashes: list[pl.Series] = field(default_factory=list)
    layout: pl.DataFrame = field(default_factory=pl.DataFrame)
    rows: int = 0


def read_once(batches: Iterable[Batch], sieve: Sieve, health: HealthCount) -> Read:
    """Pass every batch through the wide mesh; look closely, and settle duplicates, over the whole file."""
    heap = _Heap()
    for batch in batches:
        health.add(batch.rows, batch.refused)
        heap.refused.append(batch.refused)
        heap.layout = batch.rows.clear()
        if batch.rows.height:
            _take(heap, batch.rows, sieve)
    return _settled(heap, sieve)


def _take(heap: _Heap, rows: pl.DataFrame, sieve: Sieve) -> None:
    numbered = rows.with_columns(pl.int_range(heap.rows, heap.rows + rows.height, dtype=pl.Int64).alias(ROW))
    heap.cells.append(numbered.filter(sieve.possible(rows)))
    heap.hashes.append(cell_hashes(rows.drop(LINE)))
    heap.rows += rows.height


def _settled(heap: _Heap, sieve: Sieve) -> Read:
    refused = pl.concat(heap.refused)
    if not heap.rows:
        nothing = pl.Series(ROW, dtype=pl.Int64)
        links = pl.DataFrame(schema={ROW: pl.Int64(), **{k: v for k, v in LINK.items() if k != "at"}})
        cells = heap.layout.with_columns(nothing)
        return Read(cells, links, nothing, refused, _counts(refused, None), refused.height)
    possible = pl.concat(heap.cells)
    sifted = sieve.closely(possible.drop(ROW, LINE))
    classes = np.full(heap.rows, NOT_SUBJECT, np.uint8)
    classes[possible[ROW].to_numpy()] = sifted.classes.to_numpy()
    places = sifted.links["at"].unique().sort()
    cells = possible[places]
    first = first_of_equals(cells.drop(ROW, LINE))
    doubled = repeated(heap.hashes).scatter(cells[ROW], ~first)
    cells = cells.filter(first)
    links = sifted.links.with_columns(possible[ROW].gather(sifted.links["at"])).drop("at")
    links = links.filter(pl.col(ROW).is_in(cells[ROW].implode()))
    counts = _counts(refused, pl.DataFrame({"doubled": doubled, "class": classes}))
    unusable = cells[ROW].filter(pl.Series(classes[cells[ROW].to_numpy()] == UNUSABLE))
    return Read(cells, links, unusable, refused, counts, refused.height + heap.rows)


def _counts(refused: pl.DataFrame, rows: pl.DataFrame | None) -> dict[str, int]:
    counts = {"structurally_refused": refused.height, "duplicate": 0, "unusable_id": 0, "not_subject": 0, "kept": 0}
    if rows is not None:
        alone = rows.filter(~pl.col("doubled"))["class"]
        counts["duplicate"] = int(rows["doubled"].sum())
        for name, value in (("unusable_id", UNUSABLE), ("not_subject", NOT_SUBJECT), ("kept", KEPT)):
            counts[name] = int((alone == value).sum())
    return counts
