"""A ledger carried from SQLite to PostgreSQL row by row, so that what a night made need not be made again."""

from __future__ import annotations

from sqlalchemy import Connection, create_engine, func, select, text

from core.settings import Settings
from ledger.run import open_ledger
from ledger.schema import metadata


def carried_to(url: str, settings: Settings) -> Settings:
    """The same installation with its ledger on an empty PostgreSQL database; guards sleep while rows are carried."""
    moved = settings.model_copy(update={"ledger_url": url})
    target = open_ledger(moved).engine
    source = create_engine(settings.ledger)
    with source.connect() as old, target.connect() as new, new.begin():
        new.execute(text("set local session_replication_role = replica"))
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in old.execute(select(table)).mappings()]
            if rows:
                new.execute(table.insert(), rows)
        _count_on(new)
    source.dispose()
    return moved


def _count_on(connection: Connection) -> None:
    """Let numbers go on after the highest that was carried."""
    for table in metadata.sorted_tables:
        for column in table.primary_key:
            name = connection.execute(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))).scalar()
            highest = connection.execute(select(func.max(column))).scalar() if name else None
            if highest is not None:
                connection.execute(select(func.setval(name, highest)))
