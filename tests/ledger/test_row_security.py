"""PostgreSQL's own region policy: it holds where the code's own conditions are forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, Executable, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from core.settings import Settings
from ledger.case_schema import case_, flag
from ledger.dealing_schema import notice
from ledger.row_security import ROLE
from ledger.scope import Scope
from tests.ledger.workplace import HERE, Workplace, asked, home, workplace

SCOPED = text("select set_config('hedui.scope', :scope, true)")


@pytest.fixture
def staffed(tmp_path: Path, postgres_url: str) -> Iterator[Workplace]:
    place = workplace(Settings(home=tmp_path / "home", ledger_url=postgres_url))
    homes = [home("h1", "210106003002"), home("h2", "210106004001"), home("h3", "330102001001")]
    place.night(*(asked(f"f{n}", f"h{n}") for n in (1, 2, 3)), homes=homes)
    yield place
    place.desk.close()


@pytest.fixture
def one_connection(staffed: Workplace) -> Iterator[Engine]:
    """A pool of a single connection, as a busy worker reuses it."""
    engine = create_engine(
        staffed.owner.engine.url, pool_size=1, max_overflow=0, connect_args={"options": f"-c role={ROLE}"}
    )
    yield engine
    engine.dispose()


def seen(engine: Engine, scope: str | None) -> int:
    with engine.begin() as connection:
        if scope is not None:
            connection.execute(SCOPED, {"scope": scope})
        return int(connection.execute(select(func.count()).select_from(case_)).scalar_one())


def act(engine: Engine, statement: Executable) -> None:
    """One transaction of the workbench within the county."""
    with engine.begin() as connection:
        connection.execute(SCOPED, {"scope": "210106"})
        connection.execute(statement)


def test_the_second_transaction_of_a_pooled_connection_sees_nothing(one_connection: Engine) -> None:
    assert seen(one_connection, "210106") == 2
    assert seen(one_connection, None) == 0
    assert seen(one_connection, "330102 210106004") == 2


@pytest.mark.parametrize("scope", ["", " ", "%", "2", "21010%", "'; select", "2101060030020", "21 or true"])
def test_what_is_no_prefix_shows_nothing_or_only_what_it_names(one_connection: Engine, scope: str) -> None:
    assert seen(one_connection, scope) == (2 if scope == "21 or true" else 0)


def test_what_hangs_on_a_case_is_hidden_with_it(one_connection: Engine) -> None:
    with one_connection.begin() as connection:
        connection.execute(SCOPED, {"scope": "210106003"})
        assert connection.execute(select(flag.c.finding_key)).scalars().all() == ["f1"]
        assert connection.execute(text("select count(*) from case_member")).scalar_one() == 2
        assert connection.execute(text("select count(*) from case_event")).scalar_one() == 2


def test_nothing_can_be_changed_or_hung_on_a_case_outside_the_scope(staffed: Workplace, one_connection: Engine) -> None:
    other = staffed.queue(Scope(("3301",)))[0]
    row = {"case_id": other.case_id, "evidence_version": 1, "way": "post", "sent_date": other.due_date, "reply_days": 1}
    row |= {"by_whom": "li", "at": other.opened_at}
    with one_connection.begin() as connection:
        connection.execute(SCOPED, {"scope": "210106"})
        moved = case_.update().where(case_.c.case_id == other.case_id).values(version=other.version + 1)
        assert connection.execute(moved).rowcount == 0
    with pytest.raises(DBAPIError, match=r"hedui:case|row-level security"):
        act(one_connection, notice.insert().values(row))


def test_a_case_cannot_be_moved_out_of_ones_sight(staffed: Workplace, one_connection: Engine) -> None:
    mine = staffed.case("h1")
    elsewhere = case_.update().where(case_.c.case_id == mine.case_id)
    values = {"region_code": "330102001001", "version": mine.version + 1}
    with pytest.raises(DBAPIError, match="row-level security"):
        act(one_connection, elsewhere.values(values))


@pytest.mark.parametrize(
    "statement",
    [
        "delete from case_",
        "update decision set note = ''",
        "delete from audit_entry",
        "insert into case_ select * from case_",
        "update audit_entry set act = ''",
        "insert into run select * from run",
        "alter table case_ disable row level security",
        "drop policy case__of_region on case_",
        "update data_key set wrapped = null",
    ],
)
def test_the_workbenchs_role_may_do_no_more_than_it_must(one_connection: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError):
        act(one_connection, text(statement))


def test_every_table_that_hangs_on_a_case_has_the_policy(staffed: Workplace) -> None:
    with staffed.owner.read() as connection:
        query = "select relname from pg_class where relrowsecurity and relkind = 'r'"
        restricted = set(connection.execute(text(query)).scalars())
    hanging = {
        table.name
        for table in case_.metadata.tables.values()
        if any(key.column.table.name in restricted for key in table.foreign_keys)
    }
    assert hanging <= restricted
    assert {"case_", "decision", "reveal", "letter_event", "objection_answer", "flag_verdict"} <= restricted


def test_the_desk_sets_the_scope_in_every_transaction(staffed: Workplace) -> None:
    for scope, households in ((HERE, {"h1", "h2"}), (Scope(("3301",)), {"h3"}), (Scope(()), set())):
        with staffed.desk.read(scope) as scoped:
            assert set(scoped.connection.execute(select(case_.c.household_key)).scalars()) == households
    with staffed.ledger.read() as connection:
        assert connection.execute(select(case_.c.household_key)).scalars().all() == []


def test_a_read_within_another_sees_its_own_scope_and_gives_the_outer_one_back(staffed: Workplace) -> None:
    every = select(func.count()).select_from(case_)
    with staffed.desk.ledger.read() as bare:
        assert bare.execute(every).scalar_one() == 0
        with staffed.desk.read(HERE) as outer:
            assert outer.connection.execute(every).scalar_one() == 2
            with staffed.desk.read(Scope(("210106003",))) as inner:
                assert inner.connection.execute(every).scalar_one() == 1
            assert outer.connection.execute(every).scalar_one() == 2
        assert bare.execute(every).scalar_one() == 0
