"""Links to the provider's people: asked by one administrator, confirmed by another, kept by the database."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.errors import OperatorError
from ledger import account_links, audit, sessions, users
from ledger.account_links import subject_of
from tests.ledger.workplace import Workplace

ISSUER = "https://id.example.test"


def ask(place: Workplace, user_id: str = "li", subject: str = "s-1", by: str = "system", issuer: str = ISSUER) -> int:
    return account_links.ask(place.ledger, user_id, issuer, subject, by=by)


def enters(place: Workplace, subject: str = "s-1", issuer: str = ISSUER) -> str | None:
    found = users.linked(place.ledger, subject_of(issuer, subject))
    return None if found is None else found.user_id


def test_a_link_opens_an_account_only_once_another_administrator_has_confirmed_it(place: Workplace) -> None:
    link = ask(place)
    assert enters(place) is None
    for by in ("system", "chen", "li"):
        with pytest.raises(OperatorError, match=r"link\.two_people"):
            account_links.confirm(place.ledger, link, by=by)
    account_links.confirm(place.ledger, link, by="security")
    assert enters(place) == "li"
    assert enters(place, issuer="https://other.example.test") is None
    account_links.end(place.ledger, link, by="security", reason="left")
    assert enters(place) is None
    with pytest.raises(OperatorError, match=r"link\.two_people"):
        account_links.confirm(place.ledger, link, by="security")


def test_only_a_system_administrator_asks_for_a_link_and_never_for_himself(place: Workplace) -> None:
    for user_id, by in (("li", "chen"), ("li", "security"), ("system", "system")):
        with pytest.raises(OperatorError, match=r"link\.two_people"):
            ask(place, user_id, by=by)
    with pytest.raises(OperatorError, match=r"user\.unknown"):
        ask(place, "nobody")


def test_an_account_has_one_link_and_a_person_one_account(place: Workplace) -> None:
    link = ask(place)
    for user_id, subject in (("li", "s-2"), ("zhang", "s-1")):
        with pytest.raises(OperatorError, match=r"link\.taken"):
            ask(place, user_id, subject)
    account_links.end(place.ledger, link, by="system", reason="mistyped")
    again = ask(place, "zhang", "s-1")
    assert account_links.living(place.ledger)["zhang"].sequence == again


def test_the_database_takes_no_link_behind_the_administrators_backs(place: Workplace) -> None:
    link = ask(place)
    for forged in (
        "update app_user set oidc_subject = 'https://id.example.test s-1' where user_id = 'li'",
        "update account_link set oidc_subject = 'x'",
        "update account_link set confirmed_by = 'zhang'",
        "insert into account_link (user_id, oidc_subject, asked_by, asked_at, confirmed_by, confirmed_at)"
        " select 'zhang', 'x', 'system', asked_at, 'security', asked_at from account_link",
        "insert into app_user (user_id, staff_number, display_name, oidc_subject, language, shortcuts, failed_count,"
        " created_by, created_at) select 'eve', 'n-eve', 'eve', 'x', language, shortcuts, failed_count, created_by,"
        " created_at from app_user where user_id = 'li'",
    ):
        with pytest.raises(Exception, match=r"hedui:link\.two_people"), place.ledger.write() as connection:
            connection.execute(text(forged))
    assert enters(place) is None
    with pytest.raises(Exception, match=r"append-only|permission denied"), place.ledger.write() as connection:
        connection.execute(text("delete from account_link"))
    assert link == 1


def test_nobody_comes_back_from_the_provider_twice_with_the_same_state(place: Workplace) -> None:
    assert account_links.take_return(place.ledger, "a" * 64)
    assert not account_links.take_return(place.ledger, "a" * 64)
    assert account_links.take_return(place.ledger, "b" * 64)


def test_a_session_remembers_how_its_person_proved_who_they_are(place: Workplace) -> None:
    begun = sessions.start(place.ledger, "li", address="10.0.0.1", way="oidc")
    stepped = sessions.step_up(place.ledger, begun.token)
    assert stepped is not None
    assert [one.way for one in sessions.listed(place.ledger, "li")] == ["oidc"]
    assert sessions.start(place.ledger, "li", address="").way == "password"


def test_links_and_refusals_stand_in_the_audit_without_subject(place: Workplace) -> None:
    account_links.confirm(place.ledger, ask(place, subject="person-17"), by="security")
    account_links.entered(place.ledger, "li")
    account_links.refused_entry(place.ledger, "unknown")
    kept = audit.entries(place.ledger)
    assert {"link.asked", "link.confirmed", "login.succeeded", "login.refused"} <= set(kept["act"])
    assert "person-17" not in str(kept.to_dicts())
    assert audit.verify(place.ledger).whole
