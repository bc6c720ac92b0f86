"""Who may be looked at by their own signature, told before a warehouse exists: by the page that judges it there."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl

from warehouse.database import keep, turn_page


def in_force(signed: pl.DataFrame, members: pl.DataFrame, as_of: date) -> dict[str, set[str]]:
    """Scope → persons with an authorisation in force on the day.

    `signed`: rows of the table `authorisation`; `members`: person_key, birth_date.

    Raises:
        DefectError: the engine failed; its message is withheld.
    """
    with duckdb.connect() as connection:
        keep(connection, "signed", signed, temporary=True)
        keep(connection, "member", members.select("person_key", "birth_date"), temporary=True)
        keep(connection, "as_of_day", pl.DataFrame({"as_of": [as_of]}), temporary=True)
        turn_page(connection, "authorisation_judged")
        sound = "select scope_code, person_key from authorisation_judged where fault is null"
        judged = connection.execute(sound).fetchall()
    found: dict[str, set[str]] = {}
    for scope, person in judged:
        found.setdefault(scope, set()).add(person)
    return found
