"""A workbench served on the loopback, as `make up` serves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from core.settings import Settings
from publish.folder import run_folder
from publish.people import open_people
from workbench import run
from workbench.accounts import demonstration_password
from workbench.house import House


@dataclass(frozen=True)
class Served:
    """Where it serves, and what it serves from."""

    address: str
    password: str
    house: House
    app: FastAPI


@contextmanager
def serving(settings: Settings, *, port: int = 0) -> Iterator[Served]:
    """Serve until the block ends, at any port unless one is named."""
    app = run.app_of(settings)
    with run.serving(app, port=port) as address:
        yield Served(address, demonstration_password(settings), app.state.house, app)


def asked_of_a_wage(served: Served) -> dict[str, str]:
    """A person of the town of whose undeclared wage the night asks."""
    run = served.house.run()
    found = run.row("select * from finding where rule = 'R-TAX-01' and severity = 'amount' order by person_key")
    assert found
    folder = run_folder(served.house.settings, run.run_id)
    people = open_people(folder, run.run_id, found["household_key"], ledger=served.house.desk.ledger)
    return next(one for one in people if one["person_key"] == found["person_key"])
