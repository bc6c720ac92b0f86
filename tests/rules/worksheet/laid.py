"""Invented households laid into a real DuckDB, and the real pages run over them once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl

from core.settings import ROOT
from rules.lawful import DELIVERED_TABLES
from rules.worksheet.run import reckon
from tests.rules.small_warehouse import COMMON, UNIT_MEMBER_TYPES
from tests.rules.worksheet.households import AS_OF, FEEDS, MONTH, POLICY, REGISTERS, Household, Row, back
from transforms.tables import TABLES

_HOUSEHOLD = {"household_key": pl.String(), "programme_code": pl.String(), "approved_date": pl.Date()}
_PLACE = {"household_key": pl.String(), "place": pl.Int32()}
_OF_PLACE = {"place": pl.Int32(), "name": pl.String(), "row_id": pl.String()}


def worksheets(households: Sequence[Household]) -> duckdb.DuckDBPyConnection:
    """A database with `worksheet` and `worksheet_line` of these households, keyed h0, h1, …"""
    connection = duckdb.connect(config={"threads": 1})
    _lay(
        connection,
        "as_of_day",
        [{"as_of": AS_OF, "as_of_month": MONTH}],
        {"as_of": pl.Date(), "as_of_month": pl.Date()},
    )
    homes = [(f"h{number}", household) for number, household in enumerate(households)]
    about = [{"household_key": key, "programme_code": "dibao", "approved_date": home.approved} for key, home in homes]
    _lay(connection, "household", about, _HOUSEHOLD)
    _lay(connection, "policy", [_policy(key, home) for key, home in homes], _policy_types())
    _lay(connection, "household_place", [{"household_key": key, "place": 0} for key, _ in homes], _PLACE)
    named = [{"place": 0, "name": name, "row_id": f"{name}-row"} for name in POLICY]
    _lay(connection, "value_of_place", named, _OF_PLACE)
    _lay(connection, "unit_member", list(_members(homes)), UNIT_MEMBER_TYPES)
    for table in DELIVERED_TABLES:
        types = COMMON | {"household_key": pl.String()} | TABLES[table].types
        _lay(connection, table, list(_rows(homes, table)), types)
    _lay_coverage(connection, homes)
    reckon(connection, ROOT / "rules")
    return connection


def sheet_of(household: Household) -> dict[str, Any]:
    """The one worksheet of one household, with its `lines`."""
    with worksheets([household]) as connection:
        [sheet] = rows_of(connection, "select * from worksheet")
        return {**sheet, "lines": rows_of(connection, "select * from worksheet_line order by line_number")}


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """Rows of a query by column."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _policy(key: str, household: Household) -> Row:
    told = {**POLICY, **household.policy}
    numbers = _policy_types()
    typed = {
        name: Decimal(str(value)) if name in numbers and numbers[name] != pl.String() else value
        for name, value in told.items()
    }
    return {"household_key": key, **typed}


def _policy_types() -> dict[str, Any]:
    lists = ("lump_sum_spreading", "exempt_income", "vehicle_exempt_classes")
    return {"household_key": pl.String()} | {n: pl.String() if n in lists else pl.Decimal(18, 4) for n in POLICY}


def _members(homes: Sequence[tuple[str, Household]]) -> Iterator[Row]:
    for key, household in homes:
        for place, person in enumerate(household.members):
            told = {"person_key": f"{key}p{place}", "covered": person.covered, "counted": person.counted}
            yield {"household_key": key, **told, **(_enlisted(person.enlisted) if person.enlisted else {})}


def _enlisted(day: date) -> Row:
    """What the warehouse says of a member whom the register has enlisted."""
    return {
        "counted": False,
        "reason_code": "conscript",
        "reason_source": "hukou",
        "reason_row_keys": "hukou-000000000000:2",
        "since_date": day,
    }


def _rows(homes: Sequence[tuple[str, Household]], table: str) -> Iterator[Row]:
    for key, household in homes:
        for place, person in enumerate(household.members):
            for number, row in enumerate(person.of(table)):
                row_key = f"{table}-{key}p{place}:{number}"
                yield {"household_key": key, "person_key": f"{key}p{place}", "row_key": row_key, **row}


def _lay_coverage(connection: duckdb.DuckDBPyConnection, homes: Sequence[tuple[str, Household]]) -> None:
    cells = [{"source": feed, "month": back(m)} for feed, reach in FEEDS.items() for m in range(1, reach + 1)]
    cells += [{"source": register, "month": MONTH} for register in REGISTERS]
    _lay(connection, "cell", cells, {"source": pl.String(), "month": pl.Date()})
    hidden = [
        {"person_key": f"{key}p{place}", "source": source, "month": back(months) if months else MONTH}
        for key, household in homes
        for place, person in enumerate(household.members)
        for source, months in person.hidden
    ]
    _lay(connection, "hidden", hidden, {"person_key": pl.String(), "source": pl.String(), "month": pl.Date()})
    connection.execute("""
        create or replace table coverage as
        select unit_member.person_key, cell.source, cell.month,
            case when hidden.person_key is null then 'none' else 'could_not_look' end as value
        from unit_member cross join cell left join hidden using (person_key, source, month)
    """).fetchall()


def _lay(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row], types: dict[str, Any]) -> None:
    columns = {name: pl.Series(name, [row.get(name) for row in rows], dtype=kind) for name, kind in types.items()}
    connection.register("laid", pl.DataFrame(columns))
    connection.execute(f"create or replace table {table} as select * from laid").fetchall()  # noqa: S608
    connection.unregister("laid")
