"""A real DuckDB warehouse of a few rows, as a case file tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import yaml

from core.settings import ROOT
from rules.in_force import settle_parameters
from rules.lawful import DELIVERED_TABLES
from rules.pages import Page, load_pages, load_terms, terms_of
from rules.parameters import Parameter
from rules.question import ask_page, rows_of
from rules.run import lay_terms
from transforms.tables import TABLES

CASES = ROOT / "tests" / "rules"
COMMON = {
    "row_key": pl.String(),
    "delivery_id": pl.String(),
    "source": pl.String(),
    "line_number": pl.Int64(),
    "row_hash": pl.String(),
    "person_key": pl.String(),
    "match_grade": pl.String(),
}
HOUSEHOLD = {
    "household_key": "h1",
    "region_code": "210106001001",
    "programme_code": "dibao",
    "approved_date": date(2020, 3, 10),
    "covered_person_count": 1,
}
MEMBER = {
    "household_key": "h1",
    "person_key": "p1",
    "relation_code": "head",
    "covered": True,
    "person_class_code": "ordinary",
    "roster_id_state": "valid",
}
COVERAGE = {"source": pl.String, "fact": pl.String, "month": pl.Date, "value": pl.String, "reason": pl.String}
Row = dict[str, Any]


@dataclass
class Case:
    """One sentence about the world: what is given, and what is asked about it."""

    page: str
    it: str
    as_of: date
    parameters: Row
    given: dict[str, list[Row]]
    asks: list[Row]
    boundary: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.page}: {self.it}"


def read_cases(page: str) -> list[Case]:
    """The cases of `tests/rules/<family>/<rule>.yml`."""
    told = yaml.safe_load((CASES / f"{page}.yml").read_text(encoding="utf-8"))
    assert told["rule"] == page
    return [_case(told, case) for case in told["cases"]]


def all_cases() -> Iterator[Case]:
    """Every case of every page."""
    for page in load_pages(ROOT / "rules"):
        yield from read_cases(page.name)


def build(connection: duckdb.DuckDBPyConnection, case: Case) -> None:
    """Lay the case's tables: household and member as usual unless the case gives its own, the rest empty."""
    households = [HOUSEHOLD | row for row in case.given.get("household", [{}])]
    members = [MEMBER | row for row in case.given.get("member", [{}])]
    day = [{"as_of": case.as_of, "as_of_month": case.as_of.replace(day=1)}]
    _lay(connection, "as_of_day", day, {"as_of": pl.Date(), "as_of_month": pl.Date()})
    household_types = {c: t for c, t in TABLES["roster_member"].types.items() if c in _HOUSEHOLD_COLUMNS}
    _lay(connection, "household", households, household_types | {"member_count": pl.Int32()})
    member_types = {c: t for c, t in TABLES["roster_member"].types.items() if c in _MEMBER_COLUMNS}
    for number, row in enumerate(members, start=2):
        row.setdefault("row_key", f"roster-{'0' * 12}:{number}")
    _lay(connection, "member", members, {**member_types, "person_key": pl.String(), "row_key": pl.String()})
    for table in DELIVERED_TABLES:
        rows = [_delivered(table, number, row) for number, row in enumerate(case.given.get(table, []), start=2)]
        _lay(connection, table, rows, COMMON | TABLES[table].types)
    roster = [_delivered("roster", 0, row) for row in members]
    _lay(connection, "roster_member_any_grade", roster, COMMON | member_types)
    _lay(connection, "coverage", list(_cells(case.given.get("coverage", []))), {"person_key": pl.String, **COVERAGE})
    _settle(connection, case)


def warehouse_of(case: Case) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory for the case, with the terms its page rests on."""
    connection = duckdb.connect(config={"threads": 1})
    build(connection, case)
    sql = (ROOT / "rules" / f"{case.page}.sql").read_text(encoding="utf-8")
    lay_terms(connection, terms_of(sql, load_terms(ROOT / "rules")))
    return connection


def told_by(connection: duckdb.DuckDBPyConnection, page: Page) -> list[Row]:
    """The page's findings with every selected value beside them, and `evidence` as table:line."""
    rows = {(row["household_key"], row["person_key"]): row for row in rows_of(connection, page)}
    findings = ask_page(connection, page)
    return [
        {
            **rows[(found["household_key"], found["person_key"])],
            **found,
            "evidence": found["evidence_row_keys"].replace(f"-{'0' * 12}", "").split(),
        }
        for found in findings
    ]


def differs(findings: list[Row], expected: list[Row]) -> str | None:
    """What is otherwise than expected, or None; only the values a case states are compared."""
    if len(findings) != len(expected):
        return f"{len(findings)} asked, {len(expected)} expected"
    left = list(findings)
    for want in expected:
        match = next((row for row in left if all(_same(row[name], value) for name, value in want.items())), None)
        if match is None:
            return f"nothing asked like {want}"
        left.remove(match)
    return None


def _same(value: object, wanted: object) -> bool:
    if isinstance(value, Decimal) and isinstance(wanted, int | float | str):
        return value == Decimal(str(wanted))
    return value == _value(wanted)


def _case(told: Row, case: Row) -> Case:
    usual = told.get("usual", {})
    given = {
        table: [{**usual.get(table, {}), **(row or {})} for row in rows]
        for table, rows in case.get("given", {}).items()
    }
    for table in ("household", "member"):
        if table in usual and table not in given:
            given[table] = [usual[table]]
    given = {table: [{c: _value(v) for c, v in row.items()} for row in rows] for table, rows in given.items()}
    asks = case["asks"]
    wanted = [] if asks == "nothing" else asks if isinstance(asks, list) else [asks]
    parameters = {**told.get("parameters", {}), **case.get("parameters", {})}
    return Case(
        told["rule"], case["it"], case.get("as_of", told["as_of"]), parameters, given, wanted, case.get("boundary", {})
    )


def _value(value: object) -> object:
    if isinstance(value, str) and len(value) == 7 and value[:4].isdigit() and value[4] == "-":
        return date.fromisoformat(f"{value}-01")
    return value


_HOUSEHOLD_COLUMNS = (
    *("household_key", "region_code", "programme_code", "approved_date", "stop_date", "management_class_code"),
    *("benefit_monthly_yuan", "covered_person_count", "account_token", "grace_until_date"),
)
_MEMBER_COLUMNS = (
    *("household_key", "relation_code", "covered", "person_class_code", "roster_id_state", "birth_date", "sex_code"),
    "hukou_type_code",
)


def _delivered(table: str, number: int, row: Mapping[str, Any]) -> Row:
    delivery = f"{table}-{'0' * 12}"
    told = {
        "row_key": f"{delivery}:{number}",
        "delivery_id": delivery,
        "source": table,
        "line_number": number,
        "row_hash": "0" * 32,
        "person_key": "p1",
        "match_grade": "A",
    }
    return told | ({"household_key": "h1"} if table in ("declared_item", "payment", "case_file") else {}) | dict(row)


def _cells(rows: list[Row]) -> Iterator[Row]:
    for row in rows:
        months = [_value(month) for month in row.get("months", [row.get("month")])]
        for month in months:
            cell = {"person_key": "p1", "value": "none", "fact": "any", "reason": None} | row
            yield {name: cell.get(name) for name in ("person_key", *COVERAGE)} | {"month": month}


def _lay(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row], types: Mapping[str, Any]) -> None:
    if strange := {name for row in rows for name in row} - set(types):
        raise AssertionError(f"{table} has no columns {sorted(strange)}")
    typed = [{name: _typed(row.get(name), kind) for name, kind in types.items()} for row in rows]
    connection.register("laid", pl.DataFrame(typed, schema=dict(types), orient="row"))
    connection.execute(f"create or replace table {table} as select * from laid").fetchall()  # noqa: S608
    connection.unregister("laid")


def _typed(value: object, kind: object) -> object:
    return Decimal(str(value)) if isinstance(kind, pl.Decimal) and value is not None else value


def _settle(connection: duckdb.DuckDBPyConnection, case: Case) -> None:
    parameters = [
        Parameter.model_validate(
            {
                "name": name,
                "title": {"zh": name, "en": name},
                "unit": {"zh": "-", "en": "-"},
                "kind": "list" if isinstance(value, str) else "number",
                "values": [
                    {
                        "row": name.replace("_", "-"),
                        "region": "",
                        "valid_from": date(2000, 1, 1),
                        ("text" if isinstance(value, str) else "value"): value,
                        "document": {"zh": "用例", "en": "case"},
                    }
                ],
            }
        )
        for name, value in case.parameters.items()
    ]
    settle_parameters(connection, parameters, case.parameters, day=case.as_of, environment="demonstration")
