"""The rules' door: ask every rule of a run's warehouse; write the questions, their evidence and what was not seen."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb
import polars as pl

from core.errors import DefectError, replace_engine_error
from core.settings import Settings
from ledger import runs
from ledger.run import Ledger
from rules.could_look import tell_could_look
from rules.evidence import file_names, gather_evidence
from rules.in_force import settle_parameters
from rules.lawful import demand_lawful, demand_lawful_doubt, demand_lawful_term
from rules.pages import Page, Term, load_pages, load_terms, terms_of
from rules.parameters import faults, load_parameters
from rules.question import Finding, ask_page
from rules.worksheet.lawful import demand_lawful_worksheet
from rules.worksheet.pages import parameters as worksheet_parameters
from rules.worksheet.run import reckon
from warehouse.database import open_database

logger = logging.getLogger(__name__)

_FINDING: dict[str, pl.DataType | type[pl.DataType]] = {
    "finding_key": pl.String,
    "rule": pl.String,
    "rule_version": pl.String,
    "household_key": pl.String,
    "person_key": pl.String,
    "severity": pl.String,
    "match_grade": pl.String,
    "period_from": pl.Date,
    "period_to": pl.Date,
    "declared_yuan": pl.Decimal(14, 2),
    "found_yuan": pl.Decimal(14, 2),
    "difference_yuan": pl.Decimal(14, 2),
    "amount_period": pl.String,
    "identity": pl.String,
    "material": pl.String,
    "material_tolerance": pl.String,
    "evidence_row_keys": pl.String,
    "sentence_zh": pl.String,
    "sentence_en": pl.String,
}


def ask(run_id: str, *, ledger: Ledger, settings: Settings) -> Path:
    """Ask every released rule (and, apart, every shadow rule) of `work/<run_id>/warehouse.duckdb`; give its path back.

    Writes `parameter_in_force`, `policy`, `worksheet_line`, `worksheet`, `finding`, `shadow_finding`, `evidence`,
    `rule_run` and `could_look` in one transaction, so a retry after a kill begins anew and ends the same. Rule pages
    and parameters come from `settings.rules_folder`.

    Raises:
        PolicyError: parameters overlap, leave a hole or are missing where a household lives; a card does not hold.
        OperatorError: no such run was begun.
        DefectError: there is no warehouse of this run; a page breaks what no page may break; the engine failed.
    """
    joined = runs.get(ledger, run_id).state == "joined"
    path = settings.folder("work") / run_id / "warehouse.duckdb"
    if not path.exists():
        raise DefectError("rules.no_warehouse", "the run has no warehouse", where=str(path), todo="join the run first")
    with ledger.read() as memory:
        names = file_names(memory)
    with replace_engine_error("rules.engine", where=f"run {run_id}"):
        connection = open_database(path, settings)
        try:
            connection.begin()
            ask_warehouse(connection, settings, names)
            [(findings, rules)] = connection.execute("select sum(findings), count(*) from rule_run").fetchall()
            connection.commit()
        finally:
            connection.close()
    if joined:
        runs.add_event(ledger, run_id, "asked", {"findings": int(findings), "rules": int(rules)})
    logger.info("asked run=%s rules=%d findings=%d", run_id, rules, findings)
    return path


def ask_warehouse(connection: duckdb.DuckDBPyConnection, settings: Settings, names: dict[str, str]) -> None:
    """Everything `ask` does, on an open warehouse; `names` is delivery id → file name."""
    folder = settings.rules_folder
    pages = [page for page in load_pages(folder) if page.card.released.state != "withdrawn"]
    terms = load_terms(folder)
    parameters = load_parameters(folder)
    if wrong := faults(parameters):
        raise wrong[0]
    for term in terms:
        demand_lawful_term(term, terms)
    for doubt in {doubt.name: doubt for page in pages for doubt in page.doubts}.values():
        demand_lawful_doubt(doubt, terms)
    for page in pages:
        demand_lawful(page, terms)
    [(day,)] = connection.execute("select as_of from as_of_day").fetchall()
    demand_lawful_worksheet(folder)
    asked = {name for page in pages for name in page.card.parameters} | set(worksheet_parameters(folder))
    settle_parameters(connection, parameters, asked, day=day, environment=settings.environment)
    reckon(connection, folder)
    write_findings(connection, pages, terms)
    gather_evidence(connection, names)
    tell_could_look(connection, pages)
    _tell_runs(connection, pages)


def write_findings(connection: duckdb.DuckDBPyConnection, pages: list[Page], terms: list[Term]) -> None:
    """Write `finding` and `shadow_finding` from the pages, through the terms as tables of this session."""
    needed = {term.name for page in pages for text in page.texts for term in terms_of(text, terms)}
    lay_terms(connection, [term for term in terms if term.name in needed])
    found: dict[str, list[Finding]] = {"released": [], "shadow": []}
    for page in pages:
        found[page.card.released.state] += ask_page(connection, page)
    for state, table in (("released", "finding"), ("shadow", "shadow_finding")):
        frame = pl.DataFrame(found[state], schema=_FINDING, orient="row").sort("finding_key")
        _store(connection, table, frame, [page for page in pages if page.card.released.state == state])


def lay_terms(connection: duckdb.DuckDBPyConnection, terms: list[Term]) -> None:
    """The shared terms as tables of this session, in the order given; each is asked once for all pages."""
    for term in terms:
        connection.execute(f"create or replace temp table {term.name} as {term.sql}").fetchall()


def _store(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, pages: list[Page]) -> None:
    """The frame as a table, with the parameter rows each finding rests on."""
    used = pl.DataFrame(
        [(page.card.code, name) for page in pages for name in page.card.parameters],
        schema={"rule": pl.String, "name": pl.String},
        orient="row",
    )
    connection.register("asked_finding", frame)
    connection.register("used_parameter", used)
    connection.execute(f"""
        create or replace table {table} as
        with resting as (
            select place, rule, array_to_string(list_sort(list(distinct row_id)), ' ') as parameter_rows
            from value_of_place join used_parameter using (name)
            group by place, rule
        )
        select asked_finding.* exclude (sentence_zh, sentence_en), coalesce(parameter_rows, '') as parameter_rows,
            sentence_zh, sentence_en
        from asked_finding
        join household_place using (household_key)
        left join resting using (place, rule)
        order by finding_key
    """).fetchall()  # noqa: S608
    connection.unregister("asked_finding")
    connection.unregister("used_parameter")


def _tell_runs(connection: duckdb.DuckDBPyConnection, pages: list[Page]) -> None:
    """Write `rule_run`: per rule its version and state, what it found, and what it could not look at."""
    frame = pl.DataFrame(
        [
            (p.card.code, p.name, p.version, p.card.concerns, p.card.released.state, p.card.released.since)
            for p in pages
        ],
        schema={**dict.fromkeys(("rule", "page", "version", "concerns", "state"), pl.String), "since": pl.Date},
        orient="row",
    )
    connection.register("asked_page", frame)
    connection.execute("""
        create or replace table rule_run as
        with counted as (
            select rule, count(*) as findings from (from finding union all from shadow_finding) group by rule
        ),
        unseen as (
            select rule, count(distinct household_key) as households, count(person_key) as persons
            from could_look where not could group by rule
        )
        select asked_page.*, coalesce(counted.findings, 0) as findings,
            coalesce(unseen.households, 0) as could_not_look_households,
            coalesce(unseen.persons, 0) as could_not_look_persons
        from asked_page left join counted using (rule) left join unseen using (rule)
        order by rule
    """).fetchall()
    connection.unregister("asked_page")
