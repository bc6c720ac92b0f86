"""Looking for persons in everything that an installation leaves behind, compressed tables unpacked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import polars as pl

ENCODINGS = ("utf-8", "gb18030", "unicode_escape")
"""As it may be delivered, and as JSON writes it."""


def found_in(folder: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """File → those of the words that can be read in it (UTF-8, GB18030, JSON's escapes); clean files are left out."""
    pattern = _pattern(words)
    hits: dict[str, set[str]] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        for content in _contents(file):
            if seen := pattern.findall(content):
                hits.setdefault(str(file.relative_to(folder)), set()).update(map(repr, seen))
    return hits


def found_in_text(text: str, words: Iterable[str]) -> set[str]:
    """Those of the words that stand in a text."""
    seen = _pattern(words).findall(text.encode())
    return set(map(repr, seen))


def _pattern(words: Iterable[str]) -> re.Pattern[bytes]:
    written = {word.encode(encoding) for word in words for encoding in ENCODINGS}
    return re.compile(b"|".join(re.escape(word) for word in sorted(written, key=len, reverse=True)))


def _contents(file: Path) -> Iterator[bytes]:
    yield file.read_bytes()
    if file.suffix == ".parquet":
        yield _unpacked(pl.read_parquet(file))
    elif file.suffix == ".duckdb":
        with duckdb.connect(str(file), read_only=True) as connection:
            names = connection.execute("select database_name, schema_name, table_name from duckdb_tables()").fetchall()
            for _, schema, table in names:
                yield _unpacked(connection.table(f'"{schema}"."{table}"').pl())


def _unpacked(frame: pl.DataFrame) -> bytes:
    binary = [frame[name].drop_nulls().to_list() for name, kind in frame.schema.items() if kind == pl.Binary]
    rest = frame.drop([name for name, kind in frame.schema.items() if kind == pl.Binary])
    text = "\n".join(str(row) for row in rest.iter_rows())
    return b"\n".join([text.encode(), *(cell for column in binary for cell in column)])
