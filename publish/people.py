"""The one table with names and numbers: per household one sealed list of its members, under the household's key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from core.errors import replace_engine_error
from core.sealing import seal, unseal
from core.settings import Settings
from ledger import extracts, keys
from ledger.run import Ledger
from sources.card import load_cards
from transforms.sealed import Given, opened

PEOPLE = "people.sealed.parquet"
_SHOWN = ("name", "id_number")
_SCHEMA = {"household_key": pl.String, "payload": pl.Binary}


def write_people(
    connection: duckdb.DuckDBPyConnection, path: Path, run_id: str, *, ledger: Ledger, settings: Settings
) -> int:
    """Write `people.sealed.parquet` (household_key, payload) for the members of the day; how many households it holds.

    A payload is a sealed JSON list of `{person_key, name, id_number}` as the roster gave them. A household whose key
    was erased has no row.
    """
    with replace_engine_error("publish.engine", where=f"members of run {run_id}"):
        found = connection.execute("select household_key, person_key, row_key from member").fetchall()
        used = connection.execute("select distinct source, delivery_id from run_delivery where used").fetchall()
    cards = load_cards(settings.sources_folder)
    rosters = [(source, one) for source, one in used if source in cards and cards[source].table == "roster_member"]
    wanted = {f"household:{household}": household for household, _, _ in found}
    living = keys.open_many(ledger, keys.living(ledger, wanted))
    opening = {wanted[key_id]: key for key_id, key in living.items()}
    people: dict[str, dict[str, dict[str, Any]]] = {}
    members = {row_key: (household, person) for household, person, row_key in found}
    for source, delivery_id in rosters:
        names = {theirs: column.name for theirs, column in cards[source].columns.items() if column.name in _SHOWN}
        for extract in extracts.find(ledger, delivery_id=delivery_id):
            for given in _given(settings.home / extract.path / "sealed.parquet", opening):
                if given["row_key"] in members:
                    household, person = members[given["row_key"]]
                    values = {ours: given["given"].get(theirs) for theirs, ours in names.items()}
                    people.setdefault(household, {})[person] = {"person_key": person, **values}
    sealed = [
        (household, seal(opening[household], _text(listed), bound_to=_bound(run_id, household)))
        for household, listed in sorted(people.items())
    ]
    pl.DataFrame(sealed, schema=_SCHEMA, orient="row").write_parquet(path)
    return len(sealed)


def open_people(folder: Path, run_id: str, household_key: str, *, ledger: Ledger) -> list[dict[str, Any]]:
    """The members of one household as the roster named them: person_key, name, id_number.

    Raises:
        OperatorError: the household's key was erased.
    """
    rows = pl.scan_parquet(folder / PEOPLE).filter(pl.col("household_key") == household_key).collect()
    key = keys.open_key(ledger, f"household:{household_key}")
    listed: list[dict[str, Any]] = []
    for payload in rows["payload"]:
        listed += json.loads(unseal(key, payload, bound_to=_bound(run_id, household_key)))
    return listed


def open_households(
    folder: Path, run_id: str, households: list[str], *, ledger: Ledger
) -> dict[str, list[dict[str, Any]]]:
    """`open_people` of many households at once; those whose key was erased are left out."""
    wanted = keys.living(ledger, [f"household:{one}" for one in households])
    opening = keys.open_many(ledger, wanted)
    rows = pl.read_parquet(folder / PEOPLE).filter(("household:" + pl.col("household_key")).is_in(list(opening)))
    return {
        household: json.loads(unseal(opening[f"household:{household}"], payload, bound_to=_bound(run_id, household)))
        for household, payload in rows.iter_rows()
    }


def _given(path: Path, opening: Mapping[str, bytes]) -> list[Given]:
    if not path.exists():
        return []
    return [given for listed in opened(path, opening).values() for given in listed]


def _text(listed: Mapping[str, dict[str, Any]]) -> bytes:
    return json.dumps([listed[person] for person in sorted(listed)], ensure_ascii=False).encode()


def _bound(run_id: str, household_key: str) -> str:
    return f"people:{run_id}:{household_key}"
