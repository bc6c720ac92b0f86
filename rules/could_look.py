"""Whether each rule could look at each subject this night: what *gone* is decided by.

A city asks a score of rules of two hundred thousand persons, so what was seen of a person is one string of bits. A bit
is a window: one fact of one source over the months that a need asks for; a rule needs all bits of its mask. Few strings
differ: each is a sight, and what a rule could look at follows from the sight, not from the person. A household has a
sight of its own: what was looked at for each of its members.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import polars as pl

from rules.card import Need
from rules.pages import Page

Window = tuple[str, str, int | None]
"""Source, fact, and over how many months up to the day; None: over all the feed has."""


def tell_could_look(connection: duckdb.DuckDBPyConnection, pages: list[Page]) -> None:
    """Lay `could_look(rule, household_key, person_key, could)` over the sights of persons.

    A person could be looked at when, for every need of the card, at least one cell of coverage stands in the months
    asked for and none of them is *could not look*. A household could be looked at when each of its members could; its
    row has no person.
    """
    windows: dict[Window, int] = {}
    asked = [
        (page.card.code, page.card.subject == "household", ways, _numbered(page.card.needs, settled, windows))
        for ways, settled in _ways(connection, pages).items()
        for page in pages
    ]
    _see(connection, windows)
    masks = [(rule, whole, ways, _bits(wanted, len(windows))) for rule, whole, ways, wanted in asked]
    schema = {"rule": pl.String, "of_household": pl.Boolean, "ways": pl.Int64, "mask": pl.String}
    connection.register("asked_mask", pl.DataFrame(masks, schema=schema, orient="row"))
    connection.execute(_SIGHTS).fetchall()
    connection.execute(_COULD_LOOK).fetchall()
    connection.unregister("asked_mask")


def _ways(connection: duckdb.DuckDBPyConnection, pages: list[Page]) -> dict[int, dict[str, Any]]:
    """Write `looked_for(household_key, ways)` and tell, for each way parameters set the months, parameter → value."""
    names = sorted({need.months for page in pages for need in page.card.needs if isinstance(need.months, str)})
    ranked = f"dense_rank() over (order by {', '.join(names)})" if names else "1"
    connection.execute(f"""
        create or replace temp table looked_for as
        select {", ".join(["household_key", *names])}, {ranked} as ways
        from (select distinct household_key from member) left join policy using (household_key)
    """).fetchall()  # noqa: S608 names of parameters are those of our files
    columns = ", ".join(["ways", *names])
    rows = connection.execute(f"select distinct {columns} from looked_for order by ways").fetchall()  # noqa: S608
    return {int(ways): dict(zip(names, values, strict=True)) for ways, *values in rows}


def _numbered(needs: Iterable[Need], settled: dict[str, Any], windows: dict[Window, int]) -> set[int]:
    """The numbers of the windows of these needs; a window not seen before gets the next."""
    numbers = set()
    for need in needs:
        months = settled[need.months] if isinstance(need.months, str) else need.months
        window = (need.source, need.fact, None if months is None else int(months))
        numbers.add(windows.setdefault(window, len(windows)))
    return numbers


def _bits(numbers: set[int], length: int) -> str:
    return "".join("1" if number in numbers else "0" for number in range(max(length, 1)))


def _see(connection: duckdb.DuckDBPyConnection, windows: dict[Window, int]) -> None:
    """Write `seen_by(person_key, there, hindered)`: the windows with a cell, and those with one not looked at."""
    schema = {"number": pl.Int64, "source": pl.String, "fact": pl.String, "months": pl.Int64}
    rows = [(number, *window) for window, number in windows.items()]
    connection.register("asked_window", pl.DataFrame(rows, schema=schema, orient="row"))
    bits = f"bitstring_agg(number, 0, {max(len(windows) - 1, 0)})"
    connection.execute(f"""
        create or replace temp table seen_by as
        with cell as (
            select source, fact, month, {bits} as bits
            from (select distinct source, fact, month from coverage)
            join asked_window using (source, fact)
            cross join as_of_day
            where months is null or month is null
                or date_diff('month', month, as_of_day.as_of_month) between 0 and months
            group by source, fact, month
        )
        select person_key, bit_or(bits) as there, bit_or(bits) filter (where value not in ('found', 'none')) as hindered
        from coverage
        join cell on cell.source = coverage.source and cell.fact = coverage.fact
            and cell.month is not distinct from coverage.month
        group by person_key
    """).fetchall()  # noqa: S608
    connection.unregister("asked_window")


_SIGHTS = """
    create or replace temp table sighted as
    with person as (
        select household_key, person_key, ways, there, coalesce(hindered, xor(there, there)) as hindered
        from member
        join looked_for using (household_key)
        left join seen_by using (person_key)
    ),

    subject as (
        select household_key, person_key, false as of_household, ways, there, hindered from person
        union all
        select
            household_key, null, true, any_value(ways),
            case when count(*) = count(there) then bit_and(there) end, bit_or(hindered)
        from person group by household_key
    )

    select *, dense_rank() over (order by of_household, there, hindered, ways) as sight from subject;

    create or replace table sight_of_subject as select household_key, person_key, sight from sighted;

    create or replace table could_by_sight as
    select sight, rule, coalesce(there & mask = mask and bit_count(hindered & mask) = 0, false) as could
    from (select distinct sight, of_household, ways, there, hindered from sighted)
    join (select * replace (cast(mask as bit) as mask) from asked_mask) as asked_mask using (ways, of_household);
"""
_COULD_LOOK = """
    create or replace view could_look as
    select rule, household_key, person_key, could from sight_of_subject join could_by_sight using (sight)
"""
