"""Accounts, grants and sessions: nobody grants alone, administrators' powers stay apart, cookies are not kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from core.errors import DefectError, OperatorError
from core.moment import now, today
from ledger import audit, grants, sessions, users
from ledger.access_schema import session
from ledger.case_words import Role
from ledger.scope import Scope
from ledger.users import NewUser
from tests.ledger.workplace import Workplace


def ask(place: Workplace, user_id: str, role: Role, by: str = "system", prefix: str = "210106") -> int:
    return grants.ask(place.ledger, user_id, role, prefix, valid_from=today(), valid_to=None, by=by)


def test_a_grant_counts_only_once_another_administrator_has_confirmed_it(place: Workplace) -> None:
    place.hire("new")
    asked = ask(place, "new", Role.ANALYST)
    assert grants.in_force(place.ledger, "new", today()) == []
    with pytest.raises(OperatorError, match=r"grant\.two_people"):
        grants.confirm(place.ledger, asked, by="system")
    grants.confirm(place.ledger, asked, by="security")
    assert [one.role for one in grants.in_force(place.ledger, "new", today())] == [Role.ANALYST]
    grants.end(place.ledger, asked, by="security", reason="left")
    assert grants.in_force(place.ledger, "new", today()) == []


def test_only_a_system_administrator_asks_and_never_for_himself(place: Workplace) -> None:
    for user_id, by in (("li", "chen"), ("li", "security"), ("system", "system")):
        with pytest.raises(OperatorError, match=r"grant\.(two_people|separation)"):
            ask(place, user_id, Role.REVIEWER, by=by)


def test_a_grant_cannot_be_written_confirmed_from_the_start(place: Workplace) -> None:
    forged = (
        "insert into role_grant (user_id, role, region_prefix, valid_from_date, asked_by, asked_at, confirmed_by,"
        " confirmed_at) select user_id, 'supervisor', '21', valid_from_date, 'system', asked_at, 'security', asked_at"
        " from role_grant where user_id = 'li'"
    )
    with pytest.raises(Exception, match=r"hedui:grant\.two_people"), place.ledger.write() as connection:
        connection.execute(text(forged))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_an_administrators_role_stands_alone(place: Workplace, role: Role) -> None:
    with pytest.raises(OperatorError, match=r"grant\.separation"):
        ask(place, "li", role)
    with pytest.raises(OperatorError, match=r"grant\.separation"):
        ask(place, "security", Role.ANALYST)


def test_a_grant_outside_its_days_gives_nothing(place: Workplace) -> None:
    assert grants.in_force(place.ledger, "li", today() - timedelta(days=1)) == []


def test_the_scope_of_a_person_is_the_widest_of_the_granted_regions(place: Workplace) -> None:
    place.hire("yu", Role.ANALYST, "210106003")
    place.hire("yu", Role.SUPERVISOR, "2101")
    held = grants.in_force(place.ledger, "yu", today())
    assert grants.scope_of(held) == Scope(("2101",))
    assert grants.scope_of(held, [Role.ANALYST]) == Scope(("210106003",))
    assert grants.scope_of([]) == Scope(())


@pytest.mark.parametrize("prefix", ["", "2", "21010", "2101x6", "%", "２１"])
def test_a_prefix_that_is_no_administrative_level_is_no_scope(prefix: str) -> None:
    with pytest.raises(DefectError, match=r"scope\.prefix"):
        Scope((prefix,))


def test_one_person_has_one_account(place: Workplace) -> None:
    with pytest.raises(OperatorError, match=r"user\.taken"):
        users.create(place.ledger, "li2", staff_number="n-li", display_name="li again", by="system")


def test_first_administrators_are_made_once(place: Workplace) -> None:
    with pytest.raises(OperatorError, match=r"user\.not_first"):
        users.first_administrators(place.ledger, NewUser("a", "1", "a"), NewUser("b", "2", "b"))


def test_five_wrong_passwords_shut_an_account_and_a_right_one_forgets_them(place: Workplace) -> None:
    assert not any(users.failed(place.ledger, "li").locked for _ in range(4))
    users.succeeded(place.ledger, "li")
    assert [users.failed(place.ledger, "li").locked for _ in range(5)] == [False] * 4 + [True]


def test_the_table_never_holds_the_cookie(place: Workplace) -> None:
    begun = sessions.start(place.ledger, "li", address="10.0.0.1")
    with place.ledger.read() as connection:
        kept = connection.execute(select(session)).mappings().one()
    assert begun.token not in map(str, kept.values())
    found = sessions.find(place.ledger, begun.token)
    assert found is not None
    assert found.user_id == "li"
    assert sessions.find(place.ledger, kept["session_hash"]) is None


def test_a_session_ends_idle_old_rotated_or_signed_out(place: Workplace) -> None:
    begun = sessions.start(place.ledger, "li", address="")
    other = sessions.rotate(place.ledger, begun.token)
    assert other is not None
    assert sessions.find(place.ledger, begun.token) is None
    assert other.started_at == begun.started_at
    sessions.end(place.ledger, other.token)
    assert sessions.find(place.ledger, other.token) is None
    for column, ago in (("seen_at", timedelta(minutes=31)), ("seen_at", timedelta(hours=11))):
        late = sessions.start(place.ledger, "li", address="")
        with place.ledger.write() as connection:
            connection.execute(
                session.update().where(session.c.session_hash == late.session_hash).values({column: now() - ago})
            )
        assert sessions.find(place.ledger, late.token) is None


def test_a_person_signs_out_everywhere_and_a_fourth_session_ends_the_first(place: Workplace) -> None:
    begun = [sessions.start(place.ledger, "li", address="") for _ in range(4)]
    assert sessions.find(place.ledger, begun[0].token) is None
    assert len(sessions.listed(place.ledger, "li")) == 3
    assert sessions.end_all(place.ledger, "li", by="li") == 3
    assert sessions.listed(place.ledger, "li") == []


def test_an_ended_session_cannot_be_revived(place: Workplace) -> None:
    begun = sessions.start(place.ledger, "li", address="")
    sessions.end(place.ledger, begun.token)
    with pytest.raises(Exception, match=r"hedui:session\.ended"), place.ledger.write() as connection:
        connection.execute(session.update().values(ended_at=None))


def test_who_granted_and_who_logged_in_stands_in_the_audit(place: Workplace) -> None:
    sessions.start(place.ledger, "li", address="10.0.0.1")
    acts = audit.entries(place.ledger)["act"].to_list()
    assert {"user.created", "grant.asked", "grant.confirmed", "session.started"} <= set(acts)
    assert audit.verify(place.ledger).whole


def test_grants_of_the_past_are_kept(place: Workplace) -> None:
    before = len(grants.listed(place.ledger))
    place.hire("old", Role.VIEWER, since=date(2020, 1, 1))
    assert len(grants.listed(place.ledger)) == before + 1


def test_trying_on_while_an_account_is_shut_does_not_open_it(place: Workplace) -> None:
    shut = [users.failed(place.ledger, "li") for _ in range(users.ATTEMPTS)][-1]
    assert shut.locked
    assert users.failed(place.ledger, "li").locked_until == shut.locked_until
