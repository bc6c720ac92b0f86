"""Extracts: for which persons a delivery was read, with which transforms, and where the rows stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from core.errors import DefectError, OperatorError
from core.moment import now
from ledger.run import Ledger
from ledger.schema import extract, subject_set


@dataclass(frozen=True)
class Extract:
    """One write-once folder of matched rows; the hashes are of its two files (`sha256_sealed` null: none)."""

    delivery_id: str
    subject_set_id: str
    transform_version: str
    path: str
    sha256_rows: str
    sha256_sealed: str | None
    account: dict[str, int]
    at: datetime


@dataclass(frozen=True)
class SubjectSet:
    """Persons looked for, with their matching attributes; the id is the hash of both, `path` the list (Parquet)."""

    subject_set_id: str
    person_count: int
    path: str
    at: datetime


def record(
    ledger: Ledger,
    delivery_id: str,
    subject_set_id: str,
    transform_version: str,
    path: str,
    sha256_rows: str,
    sha256_sealed: str | None,
    account: dict[str, int],
    at: datetime | None = None,
) -> bool:
    """Record an extract; False if it is known already with the same rows.

    Raises:
        DefectError: the same delivery, subjects and transforms gave other rows before.
    """
    new = Extract(
        delivery_id, subject_set_id, transform_version, path, sha256_rows, sha256_sealed, account, at or now()
    )
    return ledger.write_all(lambda connection: record_within(connection, new))


def record_within(connection: Connection, new: Extract) -> bool:
    """`record` inside an open write transaction."""
    known = _find(connection, new.delivery_id, new.subject_set_id, new.transform_version)
    if known and known[0].sha256_rows != new.sha256_rows:
        raise DefectError(
            "extract.differs",
            "the same delivery, subjects and transform version gave different rows",
            where=f"{new.delivery_id}.{new.subject_set_id}.v{new.transform_version}",
            todo="raise the transform version, or find what in the transforms depends on the clock or the machine",
        )
    if not known:
        connection.execute(extract.insert().values(asdict(new)))
    return not known


def find(
    ledger: Ledger,
    delivery_id: str | None = None,
    subject_set_id: str | None = None,
    transform_version: str | None = None,
) -> list[Extract]:
    """Extracts that match all that is given, in the order they were recorded."""
    with ledger.read() as connection:
        return _find(connection, delivery_id, subject_set_id, transform_version)


def of_deliveries(ledger: Ledger, delivery_ids: Collection[str]) -> list[Extract]:
    """The extracts of these deliveries, in the order they were recorded."""
    with ledger.read() as connection:
        return _read(connection, extract.c.delivery_id.in_(delivery_ids))


def covered(ledger: Ledger, delivery_id: str, transform_version: str) -> list[str]:
    """The subject sets for which a delivery has been extracted with these transforms, oldest first."""
    return [one.subject_set_id for one in find(ledger, delivery_id, None, transform_version)]


def record_subject_set(ledger: Ledger, subject_set_id: str, person_count: int, path: str) -> bool:
    """Record who is looked for; False if the set is known already."""
    return ledger.write_all(
        lambda connection: record_subject_set_within(connection, subject_set_id, person_count, path)
    )


def record_subject_set_within(connection: Connection, subject_set_id: str, person_count: int, path: str) -> bool:
    """`record_subject_set` inside an open write transaction."""
    known = connection.execute(select(subject_set).where(subject_set.c.subject_set_id == subject_set_id)).first()
    if known is None:
        row = {"subject_set_id": subject_set_id, "person_count": person_count, "path": path, "at": now()}
        connection.execute(subject_set.insert().values(row))
    return known is None


def get_subject_set(ledger: Ledger, subject_set_id: str) -> SubjectSet:
    """The subject set of this id.

    Raises:
        OperatorError: no such set was recorded.
    """
    query = select(subject_set).where(subject_set.c.subject_set_id == subject_set_id)
    with ledger.read() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise OperatorError(
            "subjects.unknown",
            "no such subject set was recorded",
            where=subject_set_id,
            todo="extract the roster again",
        )
    return SubjectSet(**row)


def _find(
    connection: Connection, delivery_id: str | None, subject_set_id: str | None, transform_version: str | None
) -> list[Extract]:
    given = {
        extract.c.delivery_id: delivery_id,
        extract.c.subject_set_id: subject_set_id,
        extract.c.transform_version: transform_version,
    }
    return _read(connection, *(column == value for column, value in given.items() if value is not None))


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Extract]:
    rows = connection.execute(select(extract).where(*conditions).order_by(extract.c.sequence)).mappings()
    return [Extract(**{key: value for key, value in row.items() if key != "sequence"}) for row in rows]
