"""Read the extracts: for every table of the contract the rows of the run's deliveries, united and without doubles."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from transforms.schema import COMMON, Table
from transforms.tables import TABLES
from warehouse.database import keep, run
from warehouse.knowledge import ExtractFolder, Knowledge


def read_rows(connection: duckdb.DuckDBPyConnection, known: Knowledge) -> None:
    """Create the working table `<table>_row` for every table of the schema, empty where no delivery was used.

    A row that several subject sets brought stands once per person, as the latest of them found it; a row delivered
    again for the same period (equal keyed hash, other delivery) stands once.

    Raises:
        DefectError: an extract cannot be read.
    """
    for table in TABLES.values():
        _create(connection, table, [one for one in known.extracts if known.cards[one.source].table == table.name])


def _create(connection: duckdb.DuckDBPyConnection, table: Table, folders: Sequence[ExtractFolder]) -> None:
    types = {column.name: column.kind for column in COMMON} | table.types
    keep(connection, f"{table.name}_row", pl.DataFrame(schema=types), temporary=True)
    if not folders:
        return
    in_order = sorted(folders, key=lambda one: one.place)
    files = ", ".join("'" + str(one.folder / "rows.parquet").replace("'", "''") + "'" for one in in_order)
    named = ", ".join(types)
    several_sets = len({one.delivery_id for one in folders}) < len(folders)
    statement = f"""
        insert into {table.name}_row by name
        with united as (
            select {named}, period_month, landed_at
            from (
                select * exclude (source, filename), list_position([{files}], filename) as place
                from read_parquet([{files}], union_by_name = true, filename = true)
            )
            join (select delivery_id, source, period_month, landed_at from used_delivery) using (delivery_id)
            {_ONCE_PER_PERSON if several_sets else ""}
        )
        select {named} from united
        {_ONCE_PER_PERIOD if _sent_in_parts(connection, {one.source for one in folders}) else ""}
    """  # noqa: S608
    run(connection, statement, where=f"extracts of table {table.name}")


_ONCE_PER_PERSON = "qualify row_number() over (partition by row_key, person_key order by place desc) = 1"
_ONCE_PER_PERIOD = """
        qualify row_hash is null or delivery_id = first_value(delivery_id) over (
            partition by source, period_month, row_hash order by landed_at, delivery_id
        )"""


def _sent_in_parts(connection: duckdb.DuckDBPyConnection, sources: set[str]) -> bool:
    """Whether any of these feeds used several deliveries for one period: only then can a row have come twice."""
    listed = ", ".join(f"'{source}'" for source in sorted(sources))
    statement = f"""
        select count(*) from (
            select source from used_delivery where source in ({listed})
            group by source, period_month having count(*) > 1
        )
    """  # noqa: S608
    return run(connection, statement, where="warehouse working table used_delivery")[0][0] != 0
