"""A write transaction is retried whole, and one that cannot come to an end says who must act."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from core.errors import OperatorError
from core.settings import Settings
from ledger import run as ledger_run
from ledger import runs
from ledger.run import Ledger, open_ledger
from ledger.schema import feed_event
from tests.ledger.examples import LANDED


def busy() -> OperationalError:
    return OperationalError("insert", {}, Exception("database is locked"))


def pausing(connection: Connection) -> None:
    row = {"source": "roster", "kind": "paused", "reason": "r", "by_whom": "b", "at": LANDED}
    connection.execute(feed_event.insert().values(row))


def test_a_transaction_that_met_a_lock_is_done_again_from_its_beginning(each_ledger: Ledger) -> None:
    attempts: list[int] = []

    def write(connection: Connection) -> int:
        pausing(connection)
        attempts.append(1)
        if len(attempts) < 3:
            raise busy()
        return len(connection.execute(feed_event.select()).all())

    assert each_ledger.write_all(write) == 1


def test_a_ledger_that_stays_locked_is_the_operators_to_free(
    each_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_run, "ATTEMPTS", 2)

    def write(connection: Connection) -> None:
        raise busy()

    with pytest.raises(OperatorError, match=r"ledger\.busy"):
        each_ledger.write_all(write)


def test_an_error_that_will_not_pass_is_not_tried_again(each_ledger: Ledger) -> None:
    attempts: list[int] = []

    def write(connection: Connection) -> None:
        attempts.append(1)
        connection.exec_driver_sql("select * from no_such_table")

    with pytest.raises(Exception, match="no_such_table"):
        each_ledger.write_all(write)
    assert attempts == [1]


def test_a_failed_transaction_leaves_nothing(each_ledger: Ledger) -> None:
    def write(connection: Connection) -> None:
        pausing(connection)
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        each_ledger.write_all(write)
    with each_ledger.read() as connection:
        assert connection.execute(feed_event.select()).all() == []


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, ledger_url="postgresql://hedui:geheim@127.0.0.1:1/hedui")
    with pytest.raises(OperatorError, match=r"ledger\.unreachable") as raised:
        open_ledger(settings)
    assert "geheim" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_plain_postgresql_url_is_served_by_psycopg(postgres_url: str, tmp_path: Path) -> None:
    url = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    assert runs.list_runs(open_ledger(Settings(home=tmp_path, ledger_url=url))) == []
