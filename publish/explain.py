"""One finding whole: what is asked, on which rows of which files, by which rule and parameters, and its life."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from core.errors import OperatorError
from core.identity_number import mask
from core.settings import Settings
from ledger import audit
from ledger import findings as lives
from ledger.run import Ledger, open_ledger
from publish.delivered import delivered_rows, masked_name
from publish.equality import plain
from publish.findings import published_folder
from publish.manifest import read_manifest
from publish.people import open_people
from publish.worksheet import worksheet_of
from rules.pages import Page, load_pages


def explain(
    finding_key: str,
    *,
    settings: Settings,
    run_id: str | None = None,
    reveal: bool = False,
    reason: str | None = None,
    by: str | None = None,
) -> dict[str, Any]:
    """Everything about one finding as JSON-ready fields; `finding_key` may be cut short while it stays unmistakable.

    Names and numbers are masked; `reveal` shows them, takes a reason and a name, and is audited first.

    Raises:
        OperatorError: no such finding in the run, several begin so, or reason or name is missing.
    """
    folder = published_folder(run_id, settings)
    manifest = read_manifest(folder)
    ledger = open_ledger(settings)
    finding = _finding(folder, finding_key)
    if reveal:
        _admit(ledger, finding, manifest["run_id"], reason, by)
    evidence = pl.scan_parquet(folder / "evidence.parquet").filter(pl.col("finding_key") == finding["finding_key"])
    household = str(finding["household_key"])
    return {
        "run_id": manifest["run_id"],
        "as_of": manifest["as_of"],
        "known_at": manifest["known_at"],
        "banners": manifest["banners"],
        "finding": {name: plain(value) for name, value in finding.items()},
        "rule": _rule(finding, settings),
        "parameters": _parameters(folder, str(finding["parameter_rows"]).split(), household),
        "members": _members(folder, manifest["run_id"], household, reveal, ledger),
        "evidence": delivered_rows(evidence.collect(), household, reveal=reveal, ledger=ledger, settings=settings),
        "worksheet": worksheet_of(folder, household),
        "life": [{name: plain(value) for name, value in step.items()} for step in _life(ledger, finding)],
        "revealed": reveal,
    }


def explanation_lines(told: dict[str, Any]) -> list[str]:
    """The explanation for people at a terminal, Chinese first where officials read it."""
    finding, rule = told["finding"], told["rule"]
    lines = [*(f"! {banner['zh']}" for banner in told["banners"]), str(finding["sentence_zh"]), ""]
    lines.append(f"{finding['sentence_en']}")
    lines.append(f"{finding['severity']} · grade {finding['match_grade']} · {finding['rule']} {rule['title']['zh']}")
    whose = " ".join(filter(None, (finding["household_key"], finding["person_key"])))
    lines.append(f"{whose} · {told['run_id']} as of {told['as_of']}")
    if finding["found_yuan"] is not None:
        declared, found, difference = (_yuan(finding[f"{name}_yuan"]) for name in ("declared", "found", "difference"))
        lines.append(f"declared {declared} · found {found} · difference {difference} per {finding['amount_period']}")
    lines += ["", "依据材料 evidence"]
    for row in told["evidence"]:
        lines.append(f"  {row['source']} · {row['file_name']} line {row['line_number']} · {row['match_grade']}")
        lines += [f"      {theirs}: {text or '—'}" for theirs, text in (row["delivered"] or {}).items()]
        lines += [f"      {row['note']}"] if row["note"] else []
    lines += ["", "参数 parameters"]
    lines += [f"  {one['name']} = {one['value']} · {one['document']} ({one['row_id']})" for one in told["parameters"]]
    lines += ["", *(told["worksheet"] or {"on_paper": []})["on_paper"]]
    lines += ["", "可能的合理解释 what would explain it", *(f"  {words['zh']}" for words in rule["innocent"])]
    lines += ["", "如何核实 how to resolve it", f"  {rule['resolve']['zh']}", "", "经过 life"]
    lines += [f"  {step['at']} {step['state']} (revision {step['revision']})" for step in told["life"]]
    return lines


def _yuan(amount: str | None) -> str:
    """`¥1,670.00`, `-¥150.00`; a dash where there is no amount, for no amount is not zero."""
    if amount is None:
        return "—"
    number = Decimal(amount)
    return f"{'-' if number < 0 else ''}¥{abs(number):,.2f}"


def _finding(folder: Path, finding_key: str) -> dict[str, Any]:
    found = pl.scan_parquet(folder / "finding.parquet").filter(pl.col("finding_key").str.starts_with(finding_key))
    rows = found.head(2).collect().to_dicts()
    if len(rows) != 1:
        raise OperatorError(
            "finding.unknown",
            "several findings begin so" if rows else "the run has no such finding",
            where=f"{folder.name} {finding_key}",
            todo="give more of the key" if rows else "check the key, or name the run it was seen in with --run",
        )
    return rows[0]


def _admit(ledger: Ledger, finding: dict[str, Any], run_id: str, reason: str | None, by: str | None) -> None:
    if not (reason or "").strip() or not (by or "").strip():
        raise OperatorError(
            "explain.reveal", "values are shown to a named person with a reason", where=run_id, todo="give both"
        )
    detail = {"reason": reason, "run_id": run_id, "household_key": finding["household_key"]}
    audit.record(ledger, "finding.revealed", by=str(by), subject=str(finding["finding_key"]), detail=detail)


def _rule(finding: dict[str, Any], settings: Settings) -> dict[str, Any]:
    page = _page(str(finding["rule"]), settings)
    if page is None:
        gone = "规则页已撤下 the page is no longer there"
        return {"title": {"zh": gone, "en": gone}, "basis": [], "innocent": [], "resolve": {"zh": gone, "en": gone}}
    card = page.card.model_dump(mode="json", include={"title", "flagged", "basis", "innocent", "resolve"})
    return {**card, "page": page.name, "version": page.version, "as_asked": page.version == finding["rule_version"]}


def _page(code: str, settings: Settings) -> Page | None:
    return next((page for page in load_pages(settings.rules_folder) if page.card.code == code), None)


def _parameters(folder: Path, rows: list[str], household_key: str) -> list[dict[str, Any]]:
    there = pl.scan_parquet(folder / "parameter_in_force.parquet")
    used = there.filter((pl.col("household_key") == household_key) & pl.col("row_id").is_in(rows)).sort("name")
    return [{name: plain(value) for name, value in row.items()} for row in used.collect().to_dicts()]


def _members(folder: Path, run_id: str, household_key: str, reveal: bool, ledger: Ledger) -> list[dict[str, Any]]:
    try:
        people = open_people(folder, run_id, household_key, ledger=ledger)
    except OperatorError as error:
        return [{"person_key": None, "note": str(error.what)}]
    if reveal:
        return people
    return [
        {**one, "name": masked_name(one.get("name") or ""), "id_number": mask(one.get("id_number") or "")}
        for one in people
    ]


def _life(ledger: Ledger, finding: dict[str, Any]) -> list[dict[str, Any]]:
    steps = lives.history(ledger, str(finding["finding_key"]))
    return [{**step, "material": json.loads(step["material"])} for step in steps]
