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
from rules.lawful import DELIVERED_TABLES
from rules.pages import Page, load_pages, load_terms, terms_of
from rules.question import doubted_by, findings_of, rows_of
from rules.run import lay_terms
from transforms.tables import TABLES

CASES = ROOT / "tests" / "rules"
PAGES = {page.name: page for page in load_pages(ROOT / "rules")}
COMMON = {
    "row_key": pl.String(),
    "delivery_id": pl.String(),
    "source": pl.String(),
    "line_number": pl.Int64(),
    "row_hash": pl.String(),
    "person_key": pl.String(),
    "match_grade": pl.String(),
    "refused_by": pl.String(),
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
COVERAGE = {
    "source": pl.String(),
    "fact": pl.String(),
    "month": pl.Date(),
    "value": pl.String(),
    "reason": pl.String(),
}
UNIT_MEMBER = {"household_key": "h1", "person_key": "p1", "covered": True, "counted": True}
WORKSHEET = {
    "household_key": "h1",
    "programme_code": "dibao",
    "window_from": date(2026, 5, 1),
    "window_to": date(2026, 5, 31),
    "window_months": 1,
    "counted_persons": 1,
    "covered_persons": 1,
    "complete": True,
    "gate_reason": "income",
}
WORKSHEET_LINE = {"household_key": "h1", "person_key": "p1", "seen": True}
UNIT_MEMBER_TYPES = {
    "household_key": pl.String(),
    "person_key": pl.String(),
    "covered": pl.Boolean(),
    "counted": pl.Boolean(),
    "reason_code": pl.String(),
    "reason_source": pl.String(),
    "reason_row_keys": pl.String(),
    "since_date": pl.Date(),
}
_YUAN, _EXACT = pl.Decimal(14, 2), pl.Decimal(18, 6)
WORKSHEET_TYPES = {
    "household_key": pl.String(),
    "programme_code": pl.String(),
    "window_from": pl.Date(),
    "window_to": pl.Date(),
    "window_months": pl.Int32(),
    "counted_persons": pl.Int32(),
    "covered_persons": pl.Int32(),
    "income_total_yuan": _EXACT,
    "complete": pl.Boolean(),
    "per_capita_yuan": _YUAN,
    "line_yuan": _YUAN,
    "difference_yuan": _YUAN,
    "benefit_monthly_yuan": _YUAN,
    "gate_code": pl.String(),
    "gate_reason": pl.String(),
    "parameter_rows": pl.String(),
}
WORKSHEET_LINE_TYPES = {
    "household_key": pl.String(),
    "line_number": pl.Int32(),
    "person_key": pl.String(),
    "kind_code": pl.String(),
    "item_code": pl.String(),
    "period_from": pl.Date(),
    "period_to": pl.Date(),
    "period_code": pl.String(),
    "evidence_level": pl.Int32(),
    "raw_yuan": _YUAN,
    "treatment_code": pl.String(),
    "parameter_rows": pl.String(),
    "counted_yuan": _EXACT,
    "evidence_row_keys": pl.String(),
    "seen": pl.Boolean(),
}
KEYS = ("household_key", "person_key", "account_token")
MANY = 1000
"""More rows than any case gives to one table."""
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


def build(connection: duckdb.DuckDBPyConnection, *cases: Case) -> None:
    """Lay the cases' tables: household and member as usual unless a case gives its own, the rest empty.

    Several cases stand side by side in one warehouse, their keys told apart by `c0-`, `c1-` …
    """
    tables: dict[str, list[Row]] = {"as_of_day": [], "household": [], "member": [], "policy": [], "coverage": []}
    tables |= {"unit_member": [], "worksheet": [], "worksheet_line": []}
    tables |= {f"{table}_any_grade": [] for table in (*DELIVERED_TABLES, "roster_member")}
    for number, case in enumerate(cases):
        mark = f"c{number}-" if len(cases) > 1 else ""
        for table, rows in _tables(case, number * MANY).items():
            tables[table] += [_marked(row, mark) for row in rows]
    day = cases[0].as_of
    tables["as_of_day"] = [{"as_of": day, "as_of_month": day.replace(day=1)}]
    types = _types(cases[0])
    for table, rows in tables.items():
        _lay(connection, table, rows, types[table])
    for table in DELIVERED_TABLES:
        sure = "match_grade in ('A', 'B', 'H') and refused_by is null"
        for view, which in ((table, sure), (f"{table}_perhaps", f"not ({sure})")):
            rows_of_table = f"select * from {table}_any_grade where {which}"  # noqa: S608
            connection.execute(f"create or replace view {view} as {rows_of_table}").fetchall()


def _tables(case: Case, first: int) -> dict[str, list[Row]]:
    households = [HOUSEHOLD | row for row in case.given.get("household", [{}])]
    members = [MEMBER | row for row in case.given.get("member", [{}])]
    for number, row in enumerate(members, start=first + 2):
        row.setdefault("row_key", f"roster-{'0' * 12}:{number}")
    tables = {
        "household": households,
        "member": members,
        "unit_member": [UNIT_MEMBER | row for row in case.given.get("unit_member", _units(members))],
        "worksheet": [WORKSHEET | row for row in case.given.get("worksheet", [])],
        "worksheet_line": [WORKSHEET_LINE | row for row in case.given.get("worksheet_line", [])],
        "policy": [{"household_key": row["household_key"], **case.parameters} for row in households],
        "coverage": list(_cells(case.given.get("coverage", []))),
        "roster_member_any_grade": [_delivered("roster", first, row) for row in members],
    }
    for table in DELIVERED_TABLES:
        given = case.given.get(table, [])
        tables[f"{table}_any_grade"] = [
            _delivered(table, number, row) for number, row in enumerate(given, start=first + 2)
        ]
    return tables


def _units(members: list[Row]) -> list[Row]:
    return [{name: row[name] for name in ("household_key", "person_key", "covered")} for row in members]


def _types(case: Case) -> dict[str, Mapping[str, Any]]:
    roster = TABLES["roster_member"].types
    member = {name: kind for name, kind in roster.items() if name in _MEMBER_COLUMNS}
    household = {name: kind for name, kind in roster.items() if name in _HOUSEHOLD_COLUMNS}
    numbers = {n: pl.String() if isinstance(v, str) else pl.Decimal(18, 4) for n, v in case.parameters.items()}
    return {
        "as_of_day": {"as_of": pl.Date(), "as_of_month": pl.Date()},
        "household": {**household, "member_count": pl.Int32()},
        "member": {**member, "person_key": pl.String(), "row_key": pl.String()},
        "unit_member": UNIT_MEMBER_TYPES,
        "worksheet": WORKSHEET_TYPES,
        "worksheet_line": WORKSHEET_LINE_TYPES,
        "policy": {"household_key": pl.String(), **numbers},
        "coverage": {"person_key": pl.String(), **COVERAGE},
        "roster_member_any_grade": COMMON | member,
        **{f"{table}_any_grade": COMMON | TABLES[table].types for table in DELIVERED_TABLES},
    }


def _marked(row: Row, mark: str) -> Row:
    return {name: mark + value if name in KEYS and value is not None else value for name, value in row.items()}


def apart(findings: list[Row], count: int) -> list[list[Row]]:
    """Findings of `count` cases that stood side by side, case by case, without the marks."""
    told: list[list[Row]] = [[] for _ in range(count)]
    for finding in findings:
        mark = str(finding["household_key"]).split("-")[0] + "-"
        plain = {name: v.replace(mark, "") if isinstance(v, str) else v for name, v in finding.items()}
        plain["evidence"] = [f"{k.split(':')[0]}:{int(k.split(':')[1]) % MANY}" for k in finding["evidence"]]
        told[int(mark[1:-1])].append(plain)
    return told


def warehouse_of(*cases: Case) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory for the cases of one page, with the terms the page rests on."""
    connection = duckdb.connect(config={"threads": 1})
    build(connection, *cases)
    page, terms = PAGES[cases[0].page], load_terms(ROOT / "rules")
    reached = {term.name for text in page.texts for term in terms_of(text, terms)}
    lay_terms(connection, [term for term in terms if term.name in reached])
    return connection


def told_by(connection: duckdb.DuckDBPyConnection, page: Page) -> list[Row]:
    """The page's findings with every selected value beside them, and `evidence` as table:line."""
    selected = rows_of(connection, page)
    doubted = doubted_by(connection, page)
    rows = {(row["household_key"], row["person_key"]): row for row in selected}
    return [
        {
            **rows[(found["household_key"], found["person_key"])],
            **found,
            "evidence": found["evidence_row_keys"].replace(f"-{'0' * 12}", "").split(),
        }
        for found in findings_of(page, selected, doubted)
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
