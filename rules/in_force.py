"""Which value of each parameter holds for which household on the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb
import polars as pl

from core.errors import PolicyError
from rules.parameters import Parameter, Value, is_usable
from warehouse.database import keep

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "place": pl.Int32,
    "name": pl.String,
    "value": pl.Decimal(18, 4),
    "text": pl.String,
    "document": pl.String,
    "row_id": pl.String,
    "verified": pl.Boolean,
}
Place = tuple[str, str, str | None]


def settle_parameters(
    connection: duckdb.DuckDBPyConnection,
    parameters: list[Parameter],
    asked: Iterable[str],
    *,
    day: date,
    environment: str,
) -> None:
    """Lay `parameter_in_force` (a row per household and name) and `policy` (a row per household, a column per name).

    What holds is the same for all who live in one place, so it is written per place and read per household.

    `asked` are the names the rules use; only those must hold for every household.

    Raises:
        PolicyError: a household lives where no value is in force, or the only one is unverified in production.
    """
    asked_names = sorted(set(asked))
    by_name = {parameter.name: parameter for parameter in parameters}
    if unknown := [name for name in asked_names if name not in by_name]:
        raise PolicyError("parameter.unknown", f"no file states {unknown}", where="rules/parameters", todo="state them")
    places = _places(connection)
    rows = [
        (number, name, *_settled(by_name[name], place, day, environment))
        for number, place in enumerate(places)
        for name in asked_names
    ]
    _write(connection, places, pl.DataFrame(rows, schema=_SCHEMA, orient="row"), [by_name[n] for n in asked_names])


def _settled(parameter: Parameter, place: Place, day: date, environment: str) -> tuple[object, ...]:
    """Value, text, document, row and whether verified; a set is its items in order, with all their rows."""
    values = values_for(parameter, place, day, environment)
    text = None if parameter.kind == "number" else " ".join(str(value.text) for value in values)
    documents = "；".join(dict.fromkeys(value.document.zh for value in values))
    rows = " ".join(value.row for value in values)
    return values[0].value, text, documents, rows, all(value.verified is not None for value in values)


def values_for(parameter: Parameter, place: Place, day: date, environment: str) -> list[Value]:
    """The one value of a number or list; of a set every item in force there, by name.

    Raises:
        PolicyError: none holds there that day.
    """
    if parameter.kind != "set":
        return [value_for(parameter, place, day, environment)]
    chosen = {}
    for item in sorted({str(value.text) for value in parameter.values}):
        rows = [value for value in parameter.values if value.text == item]
        if fitting := _fitting(rows, place, day, environment):
            chosen[item] = max(fitting, key=_nearness)
    if listed := [value for value in chosen.values() if value.listed]:
        return listed
    raise _none(parameter, place, day)


def value_for(parameter: Parameter, place: Place, day: date, environment: str) -> Value:
    """The value of a parameter in a region, for a programme and an urban or rural household, on a day.

    Where the hukou type is unknown the larger of the two values is taken, which favours the household.

    Raises:
        PolicyError: none holds there that day.
    """
    if fitting := _fitting(parameter.values, place, day, environment):
        return max(fitting, key=_nearness)
    raise _none(parameter, place, day)


def _fitting(values: Iterable[Value], place: Place, day: date, environment: str) -> list[Value]:
    region, programme, hukou_type = place
    types = (None, hukou_type) if hukou_type else (None, "urban", "rural")
    return [
        value
        for value in values
        if value.in_force(day)
        and region.startswith(value.region)
        and value.programme == programme
        and value.hukou_type in types
        and is_usable(value, environment)
    ]


def _nearness(value: Value) -> tuple[int, bool, object, str]:
    return (len(value.region), value.hukou_type is not None, value.value or 0, value.row)


def _none(parameter: Parameter, place: Place, day: date) -> PolicyError:
    region, programme, _ = place
    return PolicyError(
        "parameter.none_in_force",
        f"no usable value on {day} for region {region[:6] or '(none)'}, programme {programme or '(none)'}",
        where=f"rules/parameters/{parameter.name}.yml",
        todo="state the value with its document; in production it must be verified",
    )


def _places(connection: duckdb.DuckDBPyConnection) -> list[Place]:
    """Write `household_place` and list the distinct places households live in."""
    connection.execute("""
        create or replace table household_place as
        with living as (
            select household.household_key, coalesce(household.region_code, '') as region_code,
                coalesce(household.programme_code, '') as programme_code, hukou.hukou_type_code
            from household
            left join (
                select household_key, coalesce(
                    min(hukou_type_code) filter (where relation_code = 'head'), min(hukou_type_code)) as hukou_type_code
                from roster_member_any_grade group by household_key
            ) as hukou using (household_key)
        )
        select *, cast(dense_rank() over (
            order by region_code, programme_code, hukou_type_code nulls first) - 1 as integer) as place
        from living
    """).fetchall()
    rows = connection.execute(
        "select distinct place, region_code, programme_code, hukou_type_code from household_place order by place"
    ).fetchall()
    return [(region, programme, hukou_type) for _, region, programme, hukou_type in rows]


def _write(
    connection: duckdb.DuckDBPyConnection, places: list[Place], frame: pl.DataFrame, parameters: list[Parameter]
) -> None:
    keep(connection, "value_of_place", frame)
    connection.execute("""
        create or replace view parameter_in_force as
        select household_key, name, value, text, document, row_id, verified
        from household_place join value_of_place using (place)
    """).fetchall()
    columns = ", ".join(
        f"max({'value' if p.kind == 'number' else 'text'}) filter (where name = '{p.name}') as {p.name}"
        for p in parameters
    )
    connection.execute(
        f"create or replace table policy as select household_key, settled.* exclude (place) "  # noqa: S608
        f"from household_place join (select place{', ' if columns else ''}{columns} "
        "from (select distinct place from household_place) left join value_of_place using (place) group by place"
        ") as settled using (place)"
    ).fetchall()
