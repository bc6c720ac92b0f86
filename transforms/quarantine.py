"""Rows put aside, for the department that must correct them: sealed with the delivery's key."""

from __future__ import annotations

import io
import os
import secrets
from pathlib import Path

import polars as pl

from core.sealing import open_stream, seal_stream

REFUSED: dict[str, pl.DataType] = {"line_number": pl.Int64(), "reason": pl.String(), "raw": pl.String()}


def seal_refused(refused: pl.DataFrame, path: Path, key: bytes) -> None:
    """Write refused rows (`REFUSED`) to `path` as one sealed Parquet file: beside, fsync, rename."""
    plain = io.BytesIO()
    refused.sort("line_number").write_parquet(plain)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with beside.open("wb") as out:
        seal_stream(key, [plain.getvalue()], out)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)


def open_refused(path: Path, key: bytes) -> pl.DataFrame:
    """The refused rows of a delivery (`REFUSED`).

    Raises:
        OperatorError: the key does not open it, or was destroyed with the delivery.
    """
    return pl.read_parquet(io.BytesIO(b"".join(open_stream(key, path))))
