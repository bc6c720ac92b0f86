"""The ledger's schema, on both databases: migrated up and down, equal to the tables in code, append-only."""

from __future__ import annotations

from datetime import date

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from core.moment import Moment, RunKind, now
from core.settings import Settings
from ledger import feeds, findings, keys, presence, runs, verdicts
from ledger.migrate import configuration, to_head
from ledger.run import Ledger, open_ledger
from ledger.schema import data_key, metadata
from tests.ledger.examples import landed, no_findings, observed, record


def fill(ledger: Ledger) -> None:
    """At least one row in every table that an ordinary act writes."""
    record(ledger, landed("roster"))
    feeds.pause(ledger, "roster", "half length", "gate")
    keys.create(ledger, "household:h0000001")
    verdicts.give(
        ledger, "p1", "vehicle", "t", "unsure", by="李", reason="no", subject_fingerprint="a", provider_fingerprint="b"
    )
    run_id = runs.begin(ledger, Moment(date(2026, 6, 20), now()), RunKind.NIGHTLY)
    with ledger.write() as connection:
        findings.advance(connection, run_id, observed("f1"), no_findings())
        presence.advance(connection, run_id, observed("f1")["household_key"], date(2026, 6, 20))


def test_the_migrations_make_exactly_the_tables_that_the_code_names(each_ledger: Ledger) -> None:
    with each_ledger.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_migration_can_be_taken_back_and_made_again(each_ledger: Ledger) -> None:
    config = configuration(each_ledger.engine)
    for revision in ("-1", "0002", "base"):
        command.downgrade(config, revision)
    assert set(inspect(each_ledger.engine).get_table_names()) <= {"alembic_version"}
    to_head(each_ledger.engine)
    with each_ledger.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_the_ledger_again_finds_what_was_written(settings_of_each_database: Settings) -> None:
    first = open_ledger(settings_of_each_database)
    run_id = runs.begin(first, Moment(date(2026, 6, 20), now()), RunKind.NIGHTLY)
    assert runs.get(open_ledger(settings_of_each_database), run_id).as_of == date(2026, 6, 20)


@pytest.mark.parametrize(
    "table",
    [
        "delivery",
        "delivery_event",
        "feed_event",
        "audit_entry",
        "identity_verdict",
        "run",
        "run_event",
        "finding_event",
        "finding_advance",
        "household_presence",
    ],
)
def test_what_was_written_can_be_neither_changed_nor_deleted(each_ledger: Ledger, table: str) -> None:
    fill(each_ledger)
    column = next(column.name for column in metadata.tables[table].c if not column.primary_key)
    for statement in (f'update "{table}" set "{column}" = "{column}"', f'delete from "{table}"'):  # noqa: S608
        with pytest.raises(DBAPIError, match="append-only"), each_ledger.write() as connection:
            connection.execute(text(statement))


def test_every_table_is_append_only_or_guarded(each_ledger: Ledger) -> None:
    catalogue = {
        "sqlite": "select distinct tbl_name from sqlite_master where type = 'trigger' and sql like '%before {} on%'",
        "postgresql": "select distinct event_object_table from information_schema.triggers"
        " where event_manipulation = upper('{}') and action_timing = 'BEFORE'",
    }
    query = catalogue[each_ledger.engine.dialect.name]
    with each_ledger.read() as connection:
        for action in ("update", "delete"):
            guarded = {row[0] for row in connection.execute(text(query.format(action)))}
            assert guarded == set(metadata.tables)


def test_a_key_can_be_erased_but_not_changed_restored_or_forgotten(each_ledger: Ledger) -> None:
    keys.create(each_ledger, "household:h0000001")
    with each_ledger.read() as connection:
        wrapped = connection.execute(select(data_key.c.wrapped)).scalar_one()
    for attempt in (data_key.update().values(wrapped=b"other"), data_key.delete()):
        with pytest.raises(DBAPIError, match="append-only"), each_ledger.write() as connection:
            connection.execute(attempt)
    keys.erase(each_ledger, "household:h0000001", "retention", "王燕")
    with pytest.raises(DBAPIError, match="append-only"), each_ledger.write() as connection:
        connection.execute(data_key.update().values(wrapped=wrapped, erased_at=None))
