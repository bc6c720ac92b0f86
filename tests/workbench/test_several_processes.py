"""The production profile: several processes on one PostgreSQL serve as one; which of them is asked changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from bench.moved import home_beside, ledger_moved
from bench.serving import serving
from core.errors import OperatorError
from core.settings import Settings
from ledger import case_queue, users
from ledger.case_queue import Filters
from ledger.case_words import Status
from ledger.cases import Case
from ledger.run import open_ledger
from ledger.runs import confirm_recall, current, request_recall
from ledger.scope import Scope
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless
from workbench.accounts import COUNTY, demonstration_password
from workbench.house import House, build_house
from workbench.run import serve

HERE = Scope((COUNTY,))
VERSION = re.compile(r'name="version" value="(\d+)"')


@pytest.fixture
def production(desk_home: Path, settings: Settings, postgres_url: str, tmp_path: Path) -> Settings:
    """The first night's home once more, its ledger in PostgreSQL."""
    whole = settings.model_copy(update={"home": desk_home})
    here = settings.model_copy(update={"home": home_beside(desk_home, tmp_path / "home"), "ledger_url": postgres_url})
    ledger_moved(open_ledger(whole), here)
    return here


@pytest.fixture
def two(production: Settings) -> Iterator[tuple[Served, Served]]:
    """Two processes that know nothing of each other but the database and the folder."""
    password, house = demonstration_password(production), build_house(production)
    with ExitStack() as stack:
        addresses = [str(stack.enter_context(serving(production, 1)).client.base_url).rstrip("/") for _ in range(2)]
        yield (
            Served(addresses[0], password, house, None),  # type: ignore[arg-type]  # the application is elsewhere
            Served(addresses[1], password, house, None),  # type: ignore[arg-type]
        )
    house.desk.close()


def at_the_other(visitor: Browserless, other: Served) -> Browserless:
    """The same browser, answered by the other process."""
    there = Browserless(other)
    there.cookies = visitor.cookies
    return there


def new_case(house: House) -> Case:
    return case_queue.page(house.desk, HERE, Filters(statuses=(Status.NEW,))).cases[0]


def test_who_signed_in_at_one_is_signed_in_at_the_other_with_the_same_token(two: tuple[Served, Served]) -> None:
    first = Browserless(two[0]).sign_in("analyst")
    second = at_the_other(first, two[1])
    assert second.get("/queue").status_code == 200
    assert second.token() == first.token()
    case = new_case(two[0].house)
    token = first.token(f"/cases/{case.case_id}")
    claimed = second.request(
        "POST", f"/cases/{case.case_id}/claim", data={"csrf": token, "version": str(case.version)}, headers={}
    )
    assert claimed.status_code == 303
    assert f"/cases/{case.case_id}" in first.get("/queue?view=mine").text


def test_who_signs_out_at_one_is_nobody_at_the_other(two: tuple[Served, Served]) -> None:
    first = Browserless(two[0]).sign_in("analyst")
    second = at_the_other(first, two[1])
    kept = dict(first.cookies)
    assert second.get("/queue").status_code == 200
    assert first.post("/logout", {}).status_code == 303
    second.cookies = kept
    assert second.get("/queue").status_code == 303


def test_wrong_passwords_at_either_count_together(two: tuple[Served, Served]) -> None:
    for number in range(users.ATTEMPTS):
        answer = Browserless(two[number % 2]).post(
            "/login", {"user_id": "analyst", "password": "not this one at all"}, token_from="/login"
        )
        assert answer.status_code == 401, number
    for served in two:
        right = {"user_id": "analyst", "password": served.password}
        assert Browserless(served).post("/login", right, token_from="/login").status_code == 401, served.address


def test_a_case_claimed_at_one_is_not_claimed_again_at_the_other(two: tuple[Served, Served]) -> None:
    first, second = Browserless(two[0]).sign_in("analyst"), Browserless(two[1]).sign_in("supervisor")
    case = new_case(two[0].house)
    path, fields = f"/cases/{case.case_id}/claim", {"version": case.version}
    assert first.post(path, fields).status_code == 303
    assert second.post(path, fields).status_code == 409


def test_an_account_that_was_shut_opens_no_door_at_either(two: tuple[Served, Served]) -> None:
    house = two[0].house
    visitors = [Browserless(served).sign_in("viewer") for served in two]
    assert [one.get("/dash").status_code for one in visitors] == [200, 200]
    users.disable(house.desk.ledger, "viewer", by="sysadmin", reason="left the house")
    assert [one.get("/dash").status_code for one in visitors] == [303, 303]


def test_a_recalled_run_is_told_as_such_by_both_from_that_moment(
    two: tuple[Served, Served], production: Settings
) -> None:
    visitors = [Browserless(served).sign_in("analyst") for served in two]
    ledger = open_ledger(production)
    run_id = current(ledger)
    assert run_id
    case = new_case(two[0].house)
    for one in visitors:
        assert one.get(f"/cases/{case.case_id}").status_code == 200
        assert run_id in one.get("/").text
        assert "已撤回" not in one.get("/").text
    request_recall(ledger, run_id, by="somebody", reason="the roster was another's")
    confirm_recall(ledger, run_id, by="somebody else", reason="so it was")
    assert all("已撤回；现在没有当前批次" in one.get("/").text for one in visitors)


def test_one_command_serves_by_two_processes_and_each_answers(production: Settings) -> None:
    password = demonstration_password(production)
    with serving(production, 2) as served:
        serving_ones = [one for one in served.process.children() if "spawn_main" in " ".join(one.cmdline())]
        assert len(serving_ones) == 2
        visitor = Browserless(Served(str(served.client.base_url).rstrip("/"), password, None, None)).sign_in("analyst")  # type: ignore[arg-type]
        before = [sum(one.cpu_times()[:2]) for one in serving_ones]
        while not all(_worked(one, was) for one, was in zip(serving_ones, before, strict=True)):
            assert visitor.get("/queue").status_code == 200


def _worked(process: psutil.Process, before: float) -> bool:
    return sum(process.cpu_times()[:2]) > before + 0.05


def test_several_processes_do_not_share_an_embedded_ledger(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"workbench\.processes"):
        serve(Settings(home=tmp_path), processes=2)
