"""Rows as delivered, sealed per household: who has the household's key reads them, who erased it has erased them.

The nonce of a payload is a keyed hash of what it seals (as in SIV modes): the same extract sealed twice is the same
bytes, so a retry after a kill leaves nothing different behind, and two different payloads never share a nonce.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
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


class Sealer:
    """One household's two keys, found once for all deliveries in which it stands. No cipher is kept ready: each takes
    three kilobytes, and a city's households are tens of thousands."""

    __slots__ = ("_bound", "_key", "_nonces")

    def __init__(self, household_key: str, key: bytes) -> None:
        self._bound = f"household:{household_key}".encode()
        self._key = key
        self._nonces = hmac.digest(key, b"nonce", "sha256")

    def sealed(self, text: bytes) -> bytes:
        """The text under the household's key, bound to its name."""
        nonce = hmac.digest(self._nonces, self._bound + b"\0" + text, "sha256")[:12]
        return nonce + AESGCM(self._key).encrypt(nonce, text, self._bound)


def payloads(rows: pl.DataFrame, sealers: Mapping[str, Sealer]) -> pl.DataFrame:
    """Sealed payloads (`SEALED`, sorted) of rows: household_key, row_key, person_key, given (JSON text of an object).

    `sealers`: by household_key; every household of the rows must be there.
    """
    entry = pl.concat_str(
        pl.lit("{"),
        pl.struct("row_key", "person_key").struct.json_encode().str.strip_prefix("{").str.strip_suffix("}"),
        pl.lit(',"given":'),
        "given",
        pl.lit("}"),
    )
    lists = rows.sort("household_key", "row_key", "person_key").group_by("household_key", maintain_order=True)
    texts = lists.agg(pl.format("[{}]", entry.str.join(",")).cast(pl.Binary).alias("text"))
    pairs = zip(texts["household_key"].to_list(), texts["text"].to_list(), strict=True)
    sealed = [sealers[key].sealed(text) for key, text in pairs]
    return pl.DataFrame({"household_key": texts["household_key"], "payload": sealed}, schema=SEALED)


def opened(path: Path, keys: Mapping[str, bytes]) -> dict[str, list[Given]]:
    """The rows as delivered of the households whose keys are given, from a `sealed.parquet`.

    Raises:
        OperatorError: a key does not open its payload.
    """
    return {key: json.loads(text) for key, text in _texts(path, keys)}


def opened_cells(path: Path, keys: Mapping[str, bytes], theirs: Iterable[str]) -> pl.DataFrame:
    """As `opened`, laid out: row_key, person_key and these columns of theirs (all String), a row as often as it stands.

    Raises:
        OperatorError: a key does not open its payload.
    """
    cells = pl.Struct(dict.fromkeys(theirs, pl.String))
    entry = pl.Struct({"row_key": pl.String, "person_key": pl.String, "given": cells})
    texts = pl.Series("row", [text for _, text in _texts(path, keys)], dtype=pl.Binary).cast(pl.String)
    rows = texts.str.json_decode(pl.List(entry)).explode().drop_nulls()
    return rows.struct.unnest().unnest("given")


def _texts(path: Path, keys: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    found = pl.scan_parquet(path).filter(pl.col("household_key").is_in(list(keys))).collect()
    for key, payload in found.iter_rows():
        yield key, unseal(keys[key], payload, bound_to=f"household:{key}")
