"""Whether each rule could look at each subject this night: what *gone* is decided by."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import polars as pl

from rules.card import Need
from rules.pages import Page

_SCHEMA = {"need": pl.Int32, "source": pl.String, "fact": pl.String, "months": pl.Int32, "parameter": pl.String}


def tell_could_look(connection: duckdb.DuckDBPyConnection, pages: list[Page]) -> None:
    """Write table `could_look(rule, household_key, person_key, could)`.

    A person could be looked at when, for every need of the card, at least one cell of coverage stands in the months
    asked for and none of them is *could not look*. A household could be looked at when each of its members could; its
    row has no person.
    """
    needs = {need: number for number, need in enumerate(_needs(pages))}
    _judge_needs(connection, needs)
    asked = pl.DataFrame(
        [(p.card.code, p.card.subject == "household", needs[n]) for p in pages for n in dict.fromkeys(p.card.needs)],
        schema={"rule": pl.String, "of_household": pl.Boolean, "need": pl.Int32},
        orient="row",
    )
    connection.register("asked_need", asked)
    connection.execute("""
        create or replace table could_look as
        with of_person as (
            select asked_need.rule, asked_need.of_household, member.household_key, member.person_key,
                bool_and(coalesce(need_met.met, false)) as could
            from member
            cross join asked_need
            left join need_met using (household_key, person_key, need)
            group by all
        )
        select rule, household_key, person_key, could from of_person where not of_household
        union all
        select rule, household_key, null, bool_and(could) from of_person where of_household group by rule, household_key
        order by rule, household_key, person_key
    """).fetchall()
    connection.unregister("asked_need")


def _needs(pages: Iterable[Page]) -> list[Need]:
    return list(dict.fromkeys(need for page in pages for need in page.card.needs))


def _judge_needs(connection: duckdb.DuckDBPyConnection, needs: dict[Need, int]) -> None:
    """Write `need_met`: one row per member and need that has any cell of coverage at all."""
    rows = [
        (
            number,
            need.source,
            need.fact,
            need.months if isinstance(need.months, int) else None,
            need.months if isinstance(need.months, str) else None,
        )
        for need, number in needs.items()
    ]
    connection.register("need", pl.DataFrame(rows, schema=_SCHEMA, orient="row"))
    connection.execute("""
        create or replace temp table need_met as
        with asked as (
            select member.household_key, member.person_key, need.need, need.source, need.fact,
                coalesce(need.months, cast(parameter_in_force.value as integer)) as months
            from member
            cross join need
            left join parameter_in_force
                on parameter_in_force.household_key = member.household_key and parameter_in_force.name = need.parameter
        )
        select asked.household_key, asked.person_key, asked.need,
            bool_and(coverage.value in ('found', 'none')) as met
        from asked
        join coverage using (person_key, source, fact)
        cross join as_of_day
        where asked.months is null or coverage.month is null
            or date_diff('month', coverage.month, as_of_day.as_of_month) between 0 and asked.months
        group by all
    """).fetchall()
    connection.unregister("need")
