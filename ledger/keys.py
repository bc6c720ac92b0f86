"""Data keys, one per delivery and per household, wrapped under the master key. To erase a key is to erase its data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import polars as pl
from sqlalchemy import Connection, func, select

from core.errors import OperatorError
from core.moment import now
from core.sealing import Wrapping, derive, master_key, new_key
from core.settings import Settings
from ledger import audit, bulk
from ledger.run import Ledger
from ledger.schema import data_key


def token_key(settings: Settings) -> bytes:
    """The key under which identifying values become tokens (`core.sealing.token`)."""
    return derive(master_key(settings), "token")


def create(ledger: Ledger, key_id: str) -> bytes:
    """The data key of this name, made if there is none yet.

    Raises:
        OperatorError: the key was erased; an erased name is never used again.
    """
    return create_many(ledger, [key_id])[key_id]


def create_many(ledger: Ledger, ids: Iterable[str]) -> dict[str, bytes]:
    """Data keys for all these names, made where there are none; one transaction.

    Raises:
        OperatorError: one of the keys was erased.
    """
    wanted = sorted(set(ids))
    with ledger.read() as connection:
        wrapped = _wrapped(connection, wanted)
    if len(wrapped) < len(wanted):
        wrapped = ledger.write_all(lambda connection: _make_missing(connection, ledger.settings, wanted))
    return _opened(ledger.settings, wrapped)


def open_key(ledger: Ledger, key_id: str) -> bytes:
    """The data key of this name.

    Raises:
        OperatorError: there is no such key, or it was erased.
    """
    return open_many(ledger, [key_id])[key_id]


def open_many(ledger: Ledger, ids: Iterable[str]) -> dict[str, bytes]:
    """The data keys of these names; every one must exist and not be erased (`living` says which are).

    Raises:
        OperatorError: a key is missing or erased; the first such name is given.
    """
    wanted = sorted(set(ids))
    with ledger.read() as connection:
        wrapped = _wrapped(connection, wanted)
    for key_id in wanted:
        if key_id not in wrapped:
            raise OperatorError(
                "key.unknown", "there is no such data key", where=key_id, todo="restore the ledger from its backup"
            )
    return _opened(ledger.settings, wrapped)


def open_living(ledger: Ledger, ids: Iterable[str]) -> dict[str, bytes]:
    """The data keys of those names that have one which was not erased."""
    with ledger.read() as connection:
        wrapped = _wrapped(connection, sorted(set(ids)))
    return _opened(ledger.settings, {key_id: sealed for key_id, sealed in wrapped.items() if sealed is not None})


def living(ledger: Ledger, ids: Iterable[str]) -> set[str]:
    """Which of these keys exist and were not erased."""
    with ledger.read() as connection:
        return living_within(connection, ids)


def living_within(connection: Connection, ids: Iterable[str]) -> set[str]:
    """`living` on an open connection."""
    return {key_id for key_id, wrapped in _wrapped(connection, sorted(set(ids))).items() if wrapped is not None}


def erasures(ledger: Ledger) -> tuple[int, datetime | None]:
    """How many keys were erased, and when last: what was opened while this stood still may still be opened."""
    with ledger.read() as connection:
        count, last = connection.execute(select(func.count(data_key.c.erased_at), func.max(data_key.c.erased_at))).one()
    return count, last


def erase(ledger: Ledger, key_id: str, reason: str, by: str) -> bool:
    """Destroy a key for good, with an audited event; False if it was erased before.

    Raises:
        OperatorError: no such key, or reason or name is missing.
    """
    return ledger.write_all(lambda connection: erase_within(connection, ledger.settings, key_id, reason, by))


def erase_within(connection: Connection, settings: Settings, key_id: str, reason: str, by: str) -> bool:
    """`erase` inside an open write transaction, for acts that erase and record more in one."""
    if not reason.strip():
        raise OperatorError("key.no_reason", "an erasure needs a reason", where=key_id, todo="say why the key goes")
    row = connection.execute(select(data_key.c.erased_at).where(data_key.c.key_id == key_id)).first()
    if row is None:
        raise OperatorError("key.unknown", "there is no such data key", where=key_id, todo="check the key's name")
    if row[0] is not None:
        return False
    connection.execute(data_key.update().where(data_key.c.key_id == key_id).values(wrapped=None, erased_at=now()))
    audit.append(connection, settings, "key.erased", by=by, subject=key_id, detail={"reason": reason})
    return True


def _wrapped(connection: Connection, ids: list[str]) -> dict[str, bytes | None]:
    query = select(data_key.c.key_id, data_key.c.wrapped).where(bulk.among(connection, data_key.c.key_id, ids))
    return dict(bulk.as_driven(connection, query))


def _make_missing(connection: Connection, settings: Settings, ids: list[str]) -> dict[str, bytes | None]:
    found = _wrapped(connection, ids)
    wrapping = Wrapping(master_key(settings))
    made = {key_id: wrapping.wrap(new_key()) for key_id in ids if key_id not in found}
    columns = {"key_id": list(made), "wrapped": list(made.values())}
    rows = pl.DataFrame(columns, schema={"key_id": pl.String, "wrapped": pl.Binary})
    bulk.append(connection, data_key, rows.with_columns(created_at=pl.lit(now())))
    return {**found, **made}


def _opened(settings: Settings, wrapped: dict[str, bytes | None]) -> dict[str, bytes]:
    wrapping = Wrapping(master_key(settings))
    opened: dict[str, bytes] = {}
    for key_id, sealed in wrapped.items():
        if sealed is None:
            raise OperatorError(
                "key.erased",
                "this data key was erased, and what it sealed cannot be read any more",
                where=key_id,
                todo="nothing: the erasure and its reason are in the audit",
            )
        opened[key_id] = wrapping.unwrap(sealed)
    return opened
