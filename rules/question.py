"""Asking one page, and refusing what it may not say.

The law is enforced here on every row, whatever the page's author meant: only grades A, B and H raise a question; a
`question` carries no amount; an amount has one period; everything stands on evidence. What a row that is not surely
the person's may explain away is lowered to information and carries no amount.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args

import duckdb

from core.errors import DefectError, replace_engine_error
from rules.card import Card, Severity
from rules.doubt import Doubt
from rules.pages import Page
from rules.sentence import say

Row = Mapping[str, Any]
Finding = dict[str, Any]
Doubted = Mapping[tuple[str, str | None], Doubt]
ASKED = "asked"
"""What a page selected, under the name by which its doubts read it."""
OWED = (
    *("household_key", "person_key", "declared_yuan", "found_yuan", "amount_period", "period_from", "period_to"),
    *("severity", "match_grade", "evidence_row_keys"),
)
GRADES = ("A", "B", "H")


def rows_of(connection: duckdb.DuckDBPyConnection, page: Page) -> list[Row]:
    """What the page selects, as it stands.

    Raises:
        DefectError: the engine failed, or the page does not select what every page owes.
    """
    with replace_engine_error("rule.engine", where=f"rules/{page.name}.sql"):
        if page.doubts:
            connection.execute(f"create or replace temp table {ASKED} as {page.sql}").fetchall()
        cursor = connection.execute(f"from {ASKED}" if page.doubts else page.sql)
        names = [column[0] for column in cursor.description or []]
        rows: list[Row] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if missing := sorted({*OWED, *page.card.identity, *page.card.material} - set(names)):
        raise _refused(page, "rule.owes_columns", f"the page does not select {missing}")
    return rows


def ask_page(connection: duckdb.DuckDBPyConnection, page: Page) -> list[Finding]:
    """The page's findings, each checked, keyed and put into words; ordered by key.

    Raises:
        DefectError: the page broke one of the rules above, or asked the same question twice.
    """
    rows = rows_of(connection, page)
    return findings_of(page, rows, doubted_by(connection, page))


def doubted_by(connection: duckdb.DuckDBPyConnection, page: Page) -> Doubted:
    """Which of the rows just selected one of the page's doubts names; the first doubt of the card that does so speaks.

    Raises:
        DefectError: the engine failed.
    """
    found: dict[tuple[str, str | None], Doubt] = {}
    for doubt in page.doubts:
        with replace_engine_error("rule.engine", where=f"rules/doubts/{doubt.name}.sql"):
            named = connection.execute(doubt.sql).fetchall()
        for household_key, person_key in named:
            found.setdefault((household_key, person_key), doubt)
    return found


def findings_of(page: Page, rows: list[Row], doubted: Doubted | None = None) -> list[Finding]:
    """The same for rows already selected.

    Raises:
        DefectError: as `ask_page`.
    """
    findings = [_finding(page, row, (doubted or {}).get((row["household_key"], row["person_key"]))) for row in rows]
    if len({finding["finding_key"] for finding in findings}) != len(findings):
        raise _refused(page, "rule.same_question_twice", "two rows share subject and identity")
    return sorted(findings, key=lambda finding: str(finding["finding_key"]))


def finding_key(code: str, household_key: str | None, person_key: str | None, identity: Mapping[str, Any]) -> str:
    """Twenty-four hex digits over rule code, subject and identity: the same question tomorrow has the same key."""
    said = json.dumps([code, household_key, person_key, _plain(identity)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _finding(page: Page, row: Row, doubt: Doubt | None) -> Finding:
    card = page.card
    _demand_lawful_row(page, row)
    lowered = doubt is not None and row["severity"] not in ("information", "favourable")
    if lowered:
        row = {**row, "severity": "information", **dict.fromkeys(("declared_yuan", "found_yuan", "amount_period"))}
    words = doubt.sentence if doubt is not None and lowered else card.sentence_for(row["severity"])
    identity = {name: row[name] for name in card.identity}
    material = {name: row[name] for name in card.material}
    declared, found = row["declared_yuan"], row["found_yuan"]
    return {
        "finding_key": finding_key(card.code, _whose(card, row), row["person_key"], identity),
        "rule": card.code,
        "rule_version": page.version,
        **{name: row[name] for name in OWED},
        "difference_yuan": None if declared is None or found is None else found - declared,
        "identity": _text(identity),
        "material": _text(material),
        "material_tolerance": json.dumps(card.material, sort_keys=True),
        "evidence_row_keys": " ".join(sorted(set(row["evidence_row_keys"].split()))),
        "sentence_zh": say(card, words, row, "zh"),
        "sentence_en": say(card, words, row, "en"),
    }


def _whose(card: Card, row: Row) -> str | None:
    """The household in the key; a question for supervision stays the same whichever household stands for it."""
    return None if card.concerns == "supervision" else str(row["household_key"])


def _demand_lawful_row(page: Page, row: Row) -> None:
    severity, period = row["severity"], row["amount_period"]
    amounts = [row["declared_yuan"], row["found_yuan"]]
    if severity not in get_args(Severity) or severity not in page.card.severity.allowed:
        raise _refused(page, "rule.severity", f"severity {severity} is not among those the card allows")
    if row["match_grade"] not in GRADES:
        raise _refused(page, "rule.grade", "a row rests on a match that is not of grade A, B or H")
    if severity == "question" and any(amount is not None for amount in amounts):
        raise _refused(page, "rule.question_with_amount", "a question carries an amount")
    if (amounts[1] is None) != (period is None) or (amounts[1] is None and amounts[0] is not None):
        raise _refused(page, "rule.amount_without_period", "amount and period must stand together")
    if period not in (None, "month", "once"):
        raise _refused(page, "rule.period", f"an amount of period {period} may not be stated")
    if (row["person_key"] is None) != (page.card.subject == "household") or row["household_key"] is None:
        raise _refused(page, "rule.subject", "a row names another subject than the card")
    if row["period_from"] is None or row["period_to"] is None or row["period_from"] > row["period_to"]:
        raise _refused(page, "rule.period_of_facts", "the period is missing or runs backwards")
    if not (row["evidence_row_keys"] or "").strip():
        raise _refused(page, "rule.no_evidence", "a row names no evidence")


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in sorted(values.items())}


def _plain_value(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(_plain(values), ensure_ascii=False, sort_keys=True)


def _refused(page: Page, code: str, what: str) -> DefectError:
    return DefectError(code, what, where=f"rules/{page.name}.sql", todo="withdraw the page until it is corrected")
