"""`hedui bench --workbench`: the workbench over a published run with 100,000 open cases, on PostgreSQL and embedded.

Queue SQL; then every page with one user (CPU of the workbench's processes and of the database apart), and under twenty
at once; page weights. The home that HEDUI_HOME names is not changed: its runs are linked, its ledger is copied. Nothing
here decides a test: the figures are for people, and come with the machine, its load and the versions.
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select, text

from bench.cases import filled
from bench.crowd import LOOKED_AT, Opened, Person, day_of, hired
from bench.desk_told import lines
from bench.moved import home_beside, ledger_moved
from bench.postgres import new_database, server
from bench.queue import queue_sql, spread
from bench.serving import Serving, serving
from core.errors import OperatorError
from core.settings import Settings, settings
from ledger import copies, runs
from ledger.case_schema import case_, flag
from ledger.desk import open_desk
from ledger.run import Ledger, open_ledger
from workbench.accounts import COUNTY, demonstration_password

OPEN_CASES, PEOPLE, ROUNDS, ALONE = 100_000, 20, 3, 12
MEASURED = ("fastapi", "uvicorn", "SQLAlchemy", "psycopg", "duckdb", "polars")


@click.command()
@click.option("--cases", type=click.IntRange(min=1), default=OPEN_CASES, show_default=True, help="Open cases.")
@click.option("--people", type=click.IntRange(2, 200), default=PEOPLE, show_default=True, help="People at once.")
@click.option("--processes", type=click.IntRange(1, 32), default=2, show_default=True, help="Serving on PostgreSQL.")
@click.option("--on", "databases", multiple=True, type=click.Choice(["postgresql", "sqlite"]), help="Default: both.")
@click.option("--json", "as_json", is_flag=True)
def main(cases: int, people: int, processes: int, databases: tuple[str, ...], as_json: bool) -> None:
    """Measure the workbench over the current run of HEDUI_HOME."""
    told: dict[str, Any] = {"machine": _machine(), "cases": cases, "people": people}
    for name in databases or ("postgresql", "sqlite"):
        with _installation(name, settings()) as here:
            told[name] = measured(here, cases, people, processes if name == "postgresql" else 1)
    told["machine"]["load_after"] = os.getloadavg()[0]
    click.echo(json.dumps(told, indent=1, ensure_ascii=False) if as_json else "\n".join(lines(told)))


def measured(here: Settings, cases: int, people: int, processes: int) -> dict[str, Any]:
    """Queue SQL, then pages with one user and with all, on an installation that may be written to."""
    desk = open_desk(here)
    made = filled(open_ledger(here), _current(here), cases)
    names, real = hired(open_ledger(here), people + 1), _cases_with_evidence(open_ledger(here))
    told: dict[str, Any] = {"made_cases": made, "processes": processes, "database": _version(desk.ledger)}
    told["queue"] = queue_sql(desk)
    desk.close()
    with serving(here, processes) as served:
        crowd = [
            Person(served.client, name, iter(real[place :: len(names)])).sign_in() for place, name in enumerate(names)
        ]
        alone = crowd.pop(0)
        told["one"] = {path: _alone(served, alone, path) for path in (*LOOKED_AT, f"/cases/{real[0]}")}
        day_of(crowd, 1)  # every process has met every page
        opened = day_of(crowd, ROUNDS)
    told["all"] = {what: _of(what, opened) for what in sorted({one.what for one in opened})}
    return told


def _alone(served: Serving, person: Person, path: str) -> dict[str, float]:
    """One page by one person: CPU milliseconds of the workbench and of the database, wall time, bytes."""
    for _ in range(4):
        person.looks(path)
    before = served.cpu_seconds()
    opened = [person.looks(path) for _ in range(ALONE)]
    web, database = (1000 * (then - now) / ALONE for then, now in zip(served.cpu_seconds(), before, strict=True))
    body = max((one.body for one in opened), key=len)
    told = {
        "cpu": round(web, 1),
        "database_cpu": round(database, 1),
        **spread("wall", [one.milliseconds for one in opened]),
    }
    return told | {"bytes": len(body), "gzip_bytes": len(gzip.compress(body, 6))}


def _of(what: str, opened: list[Opened]) -> dict[str, float]:
    mine = [one for one in opened if one.what == what]
    refused = sum(one.status >= 400 for one in mine)
    return {**spread("wall", [one.milliseconds for one in mine]), "requests": len(mine), "refused": refused}


def _cases_with_evidence(ledger: Ledger) -> list[int]:
    """New cases of the county whose flags the run tells: pages with everything on them. Blind ones are left out."""
    asked = select(flag.c.case_id).where(flag.c.finding_key.not_like("m%"))
    query = select(case_.c.case_id).where(case_.c.county_code == COUNTY, case_.c.status == "new")
    with ledger.read() as connection:
        found = connection.execute(
            query.where(case_.c.case_id.in_(asked), case_.c.blind.is_(False)).order_by(case_.c.case_id)
        )
        return list(found.scalars())


@contextmanager
def _installation(database: str, of: Settings) -> Iterator[Settings]:
    """The installation that HEDUI_HOME names, once more, on this database."""
    whole = open_ledger(of)
    if runs.current(whole) is None:
        raise OperatorError(
            "bench.no_run",
            "there is no published run to measure over",
            where=str(of.home),
            todo="run a night there first",
        )
    with ExitStack() as stack:
        beside = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hedui-bench-")))
        home_beside(of.home, beside)
        here = of.model_copy(update={"home": beside, "ledger_url": None})
        if database == "sqlite":
            aside = stack.enter_context(tempfile.TemporaryDirectory(prefix="hedui-bench-"))
            copies.load_from(here, copies.copy_to(of, Path(aside)))
        else:
            url = new_database(stack.enter_context(server(durable=True)))
            here = here.model_copy(update={"ledger_url": url})
            ledger_moved(whole, here)
        demonstration_password(here)
        yield here


def _current(here: Settings) -> str:
    return str(runs.current(open_ledger(here)))


def _version(ledger: Ledger) -> str:
    asked = "show server_version" if ledger.engine.dialect.name == "postgresql" else "select sqlite_version()"
    with ledger.read() as connection:
        return f"{ledger.engine.dialect.name} {connection.execute(text(asked)).scalar_one()}"


def _machine() -> dict[str, Any]:
    named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": named[0].partition(":")[2].strip() if named else platform.machine(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "versions": {"Python": platform.python_version(), **{name: version(name) for name in MEASURED}},
    }


if __name__ == "__main__":
    main()
