"""The delivered tables of the run: every row of a member of the day with its grade, and what the grade lets it do.

The grade stands in the row: half a million rows are joined once, and only to the few persons and rows of whom more is
to be known.
"""

from __future__ import annotations

import duckdb

from transforms.tables import TABLES
from warehouse.database import run
from warehouse.inputs import OF_THE_HOUSEHOLD

_DOUBTED = "match_grade in ('C', 'D', 'E') or refused_by is not null"
_TOLD = "row_key, person_key, source, delivery_id, id_basis, name_relation, birth_relation, refused_by"


def sign(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the working table `signed`: what people signed, from which follows who may be looked at.

    It is found by the same grades as everything else.
    """
    usable = f"select * from ({_graded('authorisation')}) where match_grade in ('A', 'B', 'H') and refused_by is null"  # noqa: S608
    run(connection, f"create temp table signed as {usable}", where="warehouse working table signed")


def lay_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `<table>_any_grade` (every row that may be looked at, with `match_grade`) and two views of it.

    `<table>`: grades A, B, H, not refused. `<table>_perhaps`: what could be the person's and waits for people, was
    refused, or shows too few fields to tell; it can be read once `doubtful` is there.

    The working table `doubted` holds what stands in no `<table>`: rows of grade C, D, E and refused ones.
    """
    for table in TABLES:
        where = f"warehouse table {table}"
        admitted = f"""
            select * from ({_graded(table)}) as graded
            anti join barred on barred.person_key = graded.person_key and barred.source = graded.source
            where match_grade <> 'excluded'
        """  # noqa: S608
        run(connection, f"create table {table}_any_grade as {admitted}", where=where)
        usable = f"select * from {table}_any_grade where match_grade in ('A', 'B', 'H') and refused_by is null"  # noqa: S608
        run(connection, f"create or replace view {table} as {usable}", where=where)
    parts = [f"select {_TOLD}, match_grade as grade from {table}_any_grade where {_DOUBTED}" for table in TABLES]  # noqa: S608
    run(
        connection, f"create temp table doubted as {' union all '.join(parts)}", where="warehouse working table doubted"
    )


def lay_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the views that rest on `doubtful`: `<table>_perhaps`, and `match`, every row's grade and state."""
    for table in TABLES:
        open_still = f"""
            select {table}_any_grade.* from {table}_any_grade
            semi join (select row_key, person_key from doubtful where cloud is not null) as clouding
                on clouding.row_key = {table}_any_grade.row_key
                and clouding.person_key is not distinct from {table}_any_grade.person_key
        """  # noqa: S608
        run(connection, f"create or replace view {table}_perhaps as {open_still}", where=f"warehouse table {table}")
    named = "row_key, person_key, match_grade as grade, source, delivery_id, null as score, 'matched' as state"
    plain = [f"select {named}, null as cloud from {table}_any_grade where not ({_DOUBTED})" for table in TABLES]  # noqa: S608
    doubtful = "select row_key, person_key, grade, source, delivery_id, score, state, cloud from doubtful"
    run(connection, f"create view match as {' union all '.join([doubtful, *plain])}", where="warehouse view match")


def _graded(table: str) -> str:
    """The rows of members of the day with `match_grade`, from the working table `<table>_row`."""
    by_household = table in OF_THE_HOUSEHOLD
    of_the_day = "household using (household_key)" if by_household else "person using (person_key)"
    return f"""
        select
            told.*,
            grade_of(
                {by_household}, told.id_basis, told.name_relation, verdict_on.verdict, disputed.person_key is not null
            ) as match_grade
        from {table}_row as told
        semi join {of_the_day}
        left join verdict_on using (row_key, person_key)
        left join disputed using (person_key)
    """  # noqa: S608
