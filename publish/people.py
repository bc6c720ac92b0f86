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
from publish.gate import ROSTER_TABLE
from sources.card import Card, load_cards
from transforms.sealed import opened_cells

PEOPLE = "people.sealed.parquet"
_SHOWN = ("name", "id_number")
_SCHEMA = {"household_key": pl.String, "payload": pl.Binary}
_MEMBER = dict.fromkeys(("household_key", "person_key", "row_key"), pl.String)
_NOBODY = pl.DataFrame(schema=dict.fromkeys(("row_key", *_SHOWN), pl.String))


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
    rosters = [(cards[source], one) for source, one in used if source in cards and cards[source].table == ROSTER_TABLE]
    wanted = {f"household:{household}": household for household, _, _ in found}
    opening = {wanted[key_id]: key for key_id, key in keys.open_living(ledger, wanted).items()}
    given = [
        _shown(card, settings.home / extract.path / "sealed.parquet", opening)
        for card, delivery_id in rosters
        for extract in extracts.find(ledger, delivery_id=delivery_id)
    ]
    members = pl.DataFrame([one for one in found if one[0] in opening], schema=_MEMBER, orient="row")
    sealed = [
        (household, seal(opening[household], f"[{listed}]".encode(), bound_to=_bound(run_id, household)))
        for household, listed in _listed(members, pl.concat([_NOBODY, *given])).iter_rows()
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
    opening = keys.open_living(ledger, [f"household:{one}" for one in households])
    rows = pl.read_parquet(folder / PEOPLE).filter(("household:" + pl.col("household_key")).is_in(list(opening)))
    return {
        household: json.loads(unseal(opening[f"household:{household}"], payload, bound_to=_bound(run_id, household)))
        for household, payload in rows.iter_rows()
    }


def _shown(card: Card, path: Path, opening: Mapping[str, bytes]) -> pl.DataFrame:
    """What is shown of the rows of one roster extract: row_key, name, id_number; nothing where the extract is gone."""
    theirs = {column.name: header for header, column in card.columns.items() if column.name in _SHOWN}
    if not path.exists():
        return _NOBODY
    given = opened_cells(path, opening, theirs.values())
    return given.select("row_key", *(_text(theirs.get(name)).alias(name) for name in _SHOWN))


def _text(header: str | None) -> pl.Expr:
    return pl.col(header) if header else pl.lit(None, pl.String)


def _listed(members: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """household_key and its members, sorted, as JSON objects with commas between; households sorted."""
    named = members.join(given.unique("row_key", keep="last"), on="row_key").sort("household_key", "person_key")
    told = named.select("household_key", one=pl.struct("person_key", *_SHOWN).struct.json_encode())
    return told.group_by("household_key", maintain_order=True).agg(pl.col("one").str.join(","))


def _bound(run_id: str, household_key: str) -> str:
    return f"people:{run_id}:{household_key}"
