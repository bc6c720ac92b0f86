"""An extract's folder: written beside, fsynced, renamed; the same rows give the same bytes."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl

ROWS, SEALED = "rows.parquet", "sealed.parquet"


@dataclass(frozen=True)
class Written:
    """Hashes of the two files of an extract."""

    sha256_rows: str
    sha256_sealed: str


def write_extract(folder: Path, rows: pl.DataFrame, sealed: pl.DataFrame) -> Written:
    """Put both files into `folder`. A folder left by an attempt that was killed before it was recorded is replaced."""
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    beside.mkdir(parents=True)
    hashes = [_write(frame, beside / name) for frame, name in ((rows, ROWS), (sealed, SEALED))]
    _sync_folder(beside)
    if folder.exists():
        shutil.rmtree(folder)
    beside.rename(folder)
    _sync_folder(folder.parent)
    return Written(*hashes)


def write_subject_set(path: Path, fingerprints: pl.DataFrame) -> None:
    """Put the list of a subject set (person_key, fingerprint) at `path`, atomically."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _write(fingerprints, beside)
    beside.replace(path)
    _sync_folder(path.parent)


def _write(frame: pl.DataFrame, path: Path) -> str:
    frame.write_parquet(path, compression="zstd", compression_level=3, statistics=True, row_group_size=100_000)
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
