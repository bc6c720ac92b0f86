"""The floor: DuckDB parsing every column of the same rows, written as plain UTF-8 CSV."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb

from core.settings import settings
from sources.arrival import pieces, sha256_of
from sources.card import Card, load_cards
from sources.reading import read


def write_plain_copies(inbox: Path, out: Path) -> int:
    """Write the rows of every delivery as UTF-8 CSV, once; the number of rows.

    A file that came twice is left out the second time, as the night leaves it out.
    """
    cards = load_cards(settings().sources_folder)
    rows, seen = 0, set()
    for folder in sorted(path for path in inbox.iterdir() if path.is_dir()):
        card = cards[folder.name]
        for file in sorted(path for path in folder.iterdir() if not path.name.endswith(".control.json")):
            digest = sha256_of(file)
            if digest in seen:
                continue
            seen.add(digest)
            plain = out / folder.name / f"{file.name}.csv"
            plain.parent.mkdir(parents=True, exist_ok=True)
            rows += _write_plain(card, file, plain)
    return rows


def floor_seconds(plain: Path, *, threads: int, memory_limit: str) -> tuple[float, float]:
    """Seconds, and seconds of CPU, that DuckDB takes to parse all columns of all plain copies."""
    files = sorted(plain.rglob("*.csv"))
    with duckdb.connect(config={"threads": threads, "memory_limit": memory_limit}) as connection:
        started, worked = time.perf_counter(), time.process_time()
        for file in files:
            connection.execute("select count(columns(*)) from read_csv(?, all_varchar = true)", [str(file)]).fetchall()
        return time.perf_counter() - started, time.process_time() - worked


def _write_plain(card: Card, file: Path, plain: Path) -> int:
    rows = 0
    with plain.open("wb") as out:
        for batch in read(card, pieces(file)):
            frame = batch.rows.drop("line_number")
            frame.write_csv(out, include_header=rows == 0)
            rows += frame.height
    return rows
