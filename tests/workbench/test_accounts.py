"""The first accounts of an installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import OperatorError
from core.moment import today
from core.settings import Settings
from ledger import grants, users
from ledger.case_words import Role
from ledger.run import open_ledger
from workbench.accounts import ACCOUNTS, demonstration_password, first_administrators
from workbench.security.sections import CASEWORK, SECOND
from world.places import places
from world.scales import SCALES

LONG = "a password of some length"


def test_the_demonstration_has_an_account_for_every_role_and_keeps_its_password(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    password = demonstration_password(settings)
    assert demonstration_password(settings) == password
    ledger = open_ledger(settings)
    roles = {grant.role for user in users.listed(ledger) for grant in grants.in_force(ledger, user.user_id, today())}
    assert roles == set(Role)
    assert all(len(grants.in_force(ledger, account.user_id, today())) == 1 for account in ACCOUNTS)


@pytest.mark.parametrize("scale", ["district", "city"])
def test_everywhere_in_the_demonstration_two_people_can_decide_and_two_others_anew(scale: str) -> None:
    for place in places(SCALES[scale]):
        there = [one for one in ACCOUNTS if place.region_code.startswith(one.prefix) and one.role in CASEWORK]
        assert len(there) >= 4, place.region_code
        assert len([one for one in there if one.role in SECOND]) >= 2, place.region_code


def test_production_gets_no_account_of_the_demonstration(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", environment="production")
    with pytest.raises(OperatorError, match=r"accounts\.production"):
        demonstration_password(settings)
    assert not (tmp_path / "home" / "ledger.sqlite").exists()


def test_two_installations_never_share_a_password(tmp_path: Path) -> None:
    homes = [Settings(home=tmp_path / name) for name in ("one", "two")]
    assert len({demonstration_password(settings) for settings in homes}) == 2


def test_the_first_administrators_are_made_once_and_with_long_passwords(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(OperatorError, match=r"accounts\.password"):
        first_administrators(settings, ("one", "short"), ("two", LONG))
    first_administrators(settings, ("one", LONG), ("two", LONG))
    with pytest.raises(OperatorError, match=r"user\.not_first"):
        first_administrators(settings, ("three", LONG), ("four", LONG))
