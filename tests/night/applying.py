"""A household of the invented town that applies: who, what each signed, what they declare."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from core.moment import today
from ledger import commissions, grants, runs, users
from ledger.case_words import Role
from ledger.desk import open_desk
from ledger.users import NewUser
from publish.commission import run_check
from publish.folder import run_folder
from publish.people import open_people
from tests.night.home import Home
from workbench.commissioning import ask_as
from world.run import WORLD_AS_OF

COMMUNITY = "210106004001"
TERM = {"signer": "self", "signed_date": "2026-06-10", "valid_from_date": "2026-06-10", "valid_to_date": "2026-12-31"}


def employed_and_driver(home: Home) -> list[dict[str, Any]]:
    """Two persons of the town: one of whose undeclared wage the night asks, one who holds a vehicle."""
    persons = pl.read_parquet(home.truth / "persons.parquet").filter("recipient")
    paid = persons.row(by_predicate=pl.col("id_number") == _asked_of_a_wage(home), named=True)
    cars = pl.read_parquet(home.truth / "facts_vehicle.parquet")
    others = persons.filter(pl.col("world_person_id") != paid["world_person_id"])
    driver = others.join(cars, on="world_person_id", how="semi").sort("world_person_id").row(0, named=True)
    return [
        {"name": one["name"], "id_number": one["id_number"], "relation": relation}
        for one, relation in ((paid, "head"), (driver, "spouse"))
    ]


def _asked_of_a_wage(home: Home) -> str:
    night = str(runs.current(home.ledger))
    asked = home.table(night, "finding").filter((pl.col("rule") == "R-TAX-01") & (pl.col("severity") == "amount"))
    one = asked.sort("person_key").row(0, named=True)
    people = open_people(run_folder(home.settings, night), night, one["household_key"], ledger=home.ledger)
    return str(next(person["id_number"] for person in people if person["person_key"] == one["person_key"]))


def application(home: Home, **changes: Any) -> dict[str, Any]:
    """The head signed for all sources, the spouse for pensions alone; nothing is declared but support."""
    declared = {"person": 1, "item": "support", "amount_monthly_yuan": "200", "from_month": "2026-01-01"}
    signed = [{"person": 1, "scope": "all", **TERM}, {"person": 2, "scope": "pension", **TERM}]
    given = {"hukou_type": "urban", "persons": employed_and_driver(home), "authorisations": signed}
    return {**given, "declared": [declared], **changes}


def staffed(home: Home) -> None:
    """The installation's administrators and one analyst of the county."""
    ledger = home.ledger
    if users.listed(ledger):
        return
    users.first_administrators(ledger, NewUser("system", "n-1", "系统"), NewUser("security", "n-2", "安全"))
    users.create(ledger, "analyst", staff_number="n-3", display_name="陈静", by="system")
    asked = grants.ask(ledger, "analyst", Role.ANALYST, "210106", valid_from=today(), valid_to=None, by="system")
    grants.confirm(ledger, asked, by="security")


def taken_in(home: Home, given: dict[str, Any], *, as_of: date = WORLD_AS_OF, region_code: str = COMMUNITY) -> int:
    """The household taken in by the analyst; the check's number."""
    staffed(home)
    told = {"region_code": region_code, "purpose": "application", "document": "民函〔2026〕12号"}
    return ask_as(home.settings, "analyst", given, as_of=as_of, **told)


def looked_at(home: Home, given: dict[str, Any]) -> commissions.Check:
    """The household taken in and looked at."""
    check_id = taken_in(home, given)
    with home.lived_in():
        run_check(check_id)
    return commissions.known(open_desk(home.settings).ledger, check_id)
