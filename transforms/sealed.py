"""Rows as delivered, sealed per household: who has the household's key reads them, who erased it has erased them.

The nonce of a payload is a keyed hash of what it seals (as in SIV modes): the same extract sealed twice is the same
bytes, so a retry after a kill leaves nothing different behind, and two different payloads never share a nonce.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import polars as pl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.sealing import unseal

SEALED: dict[str, pl.DataType] = {"household_key": pl.String(), "payload": pl.Binary()}


class Given(TypedDict):
    """A row as delivered: their column → their text."""

    row_key: str
    person_key: str | None
    given: dict[str, str | None]


def payloads(rows: pl.DataFrame, keys: Mapping[str, bytes]) -> pl.DataFrame:
    """Sealed payloads (`SEALED`, sorted) of rows: household_key, row_key, person_key, given (JSON text of an object).

    `keys`: household_key → data key; every household of the rows must be there.
    """
    entry = pl.concat_str(
        pl.lit("{"),
        pl.struct("row_key", "person_key").struct.json_encode().str.strip_prefix("{").str.strip_suffix("}"),
        pl.lit(',"given":'),
        "given",
        pl.lit("}"),
    )
    lists = rows.sort("household_key", "row_key", "person_key").group_by("household_key", maintain_order=True)
    texts = lists.agg(entry.str.join(",").alias("text"))
    sealed = [_seal(keys[key], f"[{text}]".encode(), f"household:{key}") for key, text in texts.iter_rows()]
    return pl.DataFrame({"household_key": texts["household_key"], "payload": sealed}, schema=SEALED)


def opened(path: Path, keys: Mapping[str, bytes]) -> dict[str, list[Given]]:
    """The rows as delivered of the households whose keys are given, from a `sealed.parquet`.

    Raises:
        OperatorError: a key does not open its payload.
    """
    found = pl.scan_parquet(path).filter(pl.col("household_key").is_in(list(keys))).collect()
    return {
        key: json.loads(unseal(keys[key], payload, bound_to=f"household:{key}")) for key, payload in found.iter_rows()
    }


def _seal(key: bytes, text: bytes, bound: str) -> bytes:
    nonce = hmac.digest(hmac.digest(key, b"nonce", "sha256"), bound.encode() + b"\0" + text, "sha256")[:12]
    return nonce + AESGCM(key).encrypt(nonce, text, bound.encode())
