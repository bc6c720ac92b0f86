"""Reckon every household: tables `worksheet_line` and `worksheet`, before the rules are asked."""

from __future__ import annotations

from pathlib import Path

import duckdb

from core.errors import PolicyError, replace_engine_error
from rules.worksheet.pages import KINDS, LAID, MEMBERS, SHEET, page

LONGEST_WINDOW = 12
_COLUMNS = """household_key, person_key, kind_code, item_code, period_from, period_to, period_code, evidence_level,
    cast(raw_yuan as decimal(14, 2)) as raw_yuan, treatment_code, parameter_names,
    cast(counted_yuan as decimal(18, 6)) as counted_yuan, evidence_row_keys"""


def reckon(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write `worksheet_line` and `worksheet` of every household, from the pages of `<folder>/worksheet/`.

    Reads `unit_member`, the delivered tables, `coverage`, `policy`, `household_place` and `value_of_place`;
    `unit_member.counted` is settled first by what policy says of the register's words.

    Raises:
        PolicyError: income is to be reckoned over something else than 1 to 12 whole months.
        DefectError: a page failed; the engine's message is withheld.
    """
    _demand_windows(connection)
    _run(connection, f"create or replace table unit_member as {page(folder, MEMBERS)}", MEMBERS)
    for name in LAID:
        _run(connection, f"create or replace temp table {name} as {page(folder, name)}", name)
    kinds = enumerate(KINDS)
    parts = [f"select {number} as kind_number, {_COLUMNS} from ({page(folder, name)})" for number, name in kinds]  # noqa: S608
    _run(connection, f"create or replace temp table line as {' union all '.join(parts)}", "worksheet_line")
    _run(connection, f"create or replace temp table sheet as {page(folder, SHEET)}", SHEET)
    _run(connection, _NAMED, "parameter_rows")
    _run(connection, _LINES, "worksheet_line")
    _run(connection, _SHEETS, SHEET)


def _demand_windows(connection: duckdb.DuckDBPyConnection) -> None:
    counted = "select count(*) from policy where income_window_months not in (select range from range(1, ?))"
    [(wrong,)] = connection.execute(counted, [LONGEST_WINDOW + 1]).fetchall()
    if wrong:
        raise PolicyError(
            "worksheet.window",
            f"{wrong} households would be reckoned over something else than 1 to {LONGEST_WINDOW} whole months",
            where="rules/parameters/income_window_months.yml",
            todo="state whole months",
        )


def _run(connection: duckdb.DuckDBPyConnection, statement: str, name: str) -> None:
    with replace_engine_error("worksheet.engine", where=f"rules/worksheet/{name}"):
        connection.execute(statement).fetchall()


_NAMED = """
    create or replace temp table named_rows as
    with named as (
        select distinct place, parameter_names
        from (
            from line select household_key, parameter_names
            union all
            from sheet select household_key, parameter_names
        )
        join household_place using (household_key)
        where parameter_names <> ''
    ),

    single as (select place, parameter_names, unnest(string_split(parameter_names, ' ')) as name from named)

    select place, parameter_names, array_to_string(list_sort(list(distinct row_id)), ' ') as parameter_rows
    from single
    join value_of_place using (place, name)
    group by place, parameter_names
"""
_LINES = """
    create or replace table worksheet_line as
    select
        household_key,
        cast(row_number() over (
            partition by household_key
            order by kind_number, person_key nulls last, period_code, item_code, treatment_code, evidence_level,
                period_from, evidence_row_keys
        ) as integer) as line_number,
        person_key, kind_code, item_code, period_from, period_to, period_code, evidence_level, raw_yuan,
        treatment_code, coalesce(parameter_rows, '') as parameter_rows, counted_yuan,
        array_to_string(list_sort(list_distinct(string_split(evidence_row_keys, ' '))), ' ') as evidence_row_keys,
        treatment_code <> 'unseen' as seen
    from line
    join household_place using (household_key)
    left join named_rows using (place, parameter_names)
    order by household_key, line_number
"""
_SHEETS = """
    create or replace table worksheet as
    select sheet.* exclude (parameter_names), coalesce(parameter_rows, '') as parameter_rows
    from sheet
    join household_place using (household_key)
    left join named_rows using (place, parameter_names)
    order by household_key
"""
