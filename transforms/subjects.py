"""Who a run looks for, from the roster accepted as of the moment or from a commissioned request; and whom a delivery
was not yet read for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
from sqlalchemy import func, select

from core import identity_number
from core.errors import OperatorError
from core.moment import Moment
from core.settings import Settings
from ledger import deliveries, extracts, keys
from ledger.deliveries import Delivery
from ledger.run import Ledger
from ledger.sayings import with_sayings
from ledger.schema import person_id, person_name
from sources.card import Card, load_card
from sources.statement import latest_standing
from transforms.extract_files import ROWS, SEALED
from transforms.language import dates, ids
from transforms.own_subjects import IDENTIFYING
from transforms.sealed import opened_cells
from transforms.subject_set import WORDS, Subjects, subjects_from
from transforms.version import transform_version

__all__ = ["Subjects", "missing", "subjects"]

STANDING = "roster"
"""The source whose latest accepted delivery, with all its parts, is the standing request."""


def subjects(moment: Moment, request: str | None, *, ledger: Ledger, settings: Settings) -> Subjects:
    """The persons of the roster in force at the moment, or of the delivery `request` (a roster-shaped list).

    Numbers and names that earlier accepted rosters gave the same persons are known too, as former ones.

    Raises:
        OperatorError: no roster is accepted as of the moment; or the request was never landed or extracted.
    """
    if request is not None:
        named = deliveries.get(ledger, request)
        card = load_card(settings.sources_folder / named.source)
        return _of([named], [named], card, ledger=ledger, settings=settings)
    card = load_card(settings.sources_folder / STANDING)
    accepted = deliveries.accepted(ledger, STANDING, moment.known_at)
    said = with_sayings(ledger, accepted, moment.known_at)
    known = [one for one in said if (one.as_of or moment.as_of) <= moment.as_of]
    newest = latest_standing(known, card)
    if not newest:
        raise OperatorError(
            "subjects.no_roster",
            f"no roster is accepted as of {moment.as_of}",
            where=STANDING,
            todo="land the roster, or look at the gate that refused it (hedui feed status)",
        )
    in_time = sorted(known, key=lambda one: (one.as_of or moment.as_of, one.landed_at, one.delivery_id))
    each = {one.delivery_id: one for one in in_time}
    return _of(list(each.values()), newest, card, ledger=ledger, settings=settings)


def missing(delivery: Delivery, wanted: Subjects, *, ledger: Ledger, settings: Settings) -> Subjects | None:
    """Those of `wanted` whom the delivery was not read for with today's transforms, or not as they are known now.

    None when there is nobody left to look for.
    """
    version = transform_version(load_card(settings.sources_folder / delivery.source), settings)
    sets = [extracts.get_subject_set(ledger, one) for one in extracts.covered(ledger, delivery.delivery_id, version)]
    if wanted.subject_set_id in {one.subject_set_id for one in sets}:
        return None
    left = wanted.fingerprints
    for one in sets:
        left = left.join(pl.read_parquet(settings.home / one.path), on=left.columns, how="anti")
    if left.height == wanted.fingerprints.height:
        return wanted
    return wanted.only(left["person_key"]) if left.height else None


@dataclass(frozen=True)
class _List:
    """An extract of a list of persons: where it stands, their headers, and the households of it that may be opened."""

    extract: Path
    headers: tuple[str, ...]
    households: frozenset[str]


_MADE: dict[tuple[tuple[_List, ...], tuple[_List, ...]], Subjects] = {}
"""The subjects this process made last: the same lists with the same living keys are the same subjects. In memory only;
a key erased meanwhile is another list, and the subjects made with it are dropped."""


def _of(lists: list[Delivery], latest: list[Delivery], card: Card, *, ledger: Ledger, settings: Settings) -> Subjects:
    newest = [_extract_of(one, ledger, settings) for one in latest]
    others = [_extract_of(one, ledger, settings) for one in lists if one not in latest]
    changed = {key for one in newest if others for key in _changed_households(one, ledger)}
    today = tuple(_list(one, card, None, ledger) for one in newest)
    before = tuple(_list(one, card, changed, ledger) for one in others)
    made = _MADE.get((today, before))
    if made is None:
        words, *earlier = (pl.concat([_words(one, ledger) for one in some]) for some in (today, before) if some)
        living = {household for one in today for household in one.households}
        # whoever lives in two households has each row under both keys, and one of these may be erased
        made = subjects_from(words.filter(pl.col("household_key").is_in(living)), *earlier)
        _MADE.clear()
        _MADE[today, before] = made
    return made


def _extract_of(delivery: Delivery, ledger: Ledger, settings: Settings) -> Path:
    made = extracts.find(ledger, delivery.delivery_id)
    if not made:
        raise OperatorError(
            "subjects.not_extracted",
            "the list of persons was landed and not read yet",
            where=delivery.delivery_id,
            todo="extract it, then pass its gate",
        )
    return settings.home / made[-1].path


def _changed_households(newest: Path, ledger: Ledger) -> set[str]:
    """Households with a person whose number an earlier list may give better (it is unusable today, or has 15 digits),
    or who was known by another number or name before."""
    rows = pl.scan_parquet(newest / ROWS).select("person_key", "household_key", "roster_id_state").collect()
    with ledger.read() as connection:
        seen = [
            row[0]
            for table, column in ((person_id, person_id.c.id_token), (person_name, person_name.c.name_token))
            for row in connection.execute(
                select(table.c.person_key).group_by(table.c.person_key).having(func.count(column.distinct()) > 1)
            )
        ]
    unsure = pl.col("roster_id_state").is_in(["damaged", "missing", "upgraded"])
    return set(rows.filter(unsure | pl.col("person_key").is_in(seen))["household_key"])


def _list(extract: Path, card: Card, households: set[str] | None, ledger: Ledger) -> _List:
    """The list with these of its households (None: all) whose keys were not erased."""
    there = set(pl.scan_parquet(extract / ROWS).select(pl.col("household_key").unique()).collect().to_series())
    wanted = there if households is None else households & there
    living = keys.living(ledger, [f"household:{key}" for key in wanted])
    return _List(extract, _headers(card), frozenset(name.removeprefix("household:") for name in living))


def _words(one: _List, ledger: Ledger) -> pl.DataFrame:
    """The identifying words of a list."""
    rows = pl.scan_parquet(one.extract / ROWS).select("row_key", "person_key", "household_key").collect()
    opening = keys.open_many(ledger, [f"household:{key}" for key in one.households])
    named = {name.removeprefix("household:"): key for name, key in opening.items()}
    theirs = {header: ours for header, ours in zip(one.headers, IDENTIFYING, strict=True) if header}
    found = opened_cells(one.extract / SEALED, named, theirs).unique(["row_key", "person_key"]).rename(theirs)
    absent = [pl.lit(None, pl.String).alias(ours) for ours in IDENTIFYING if ours not in theirs.values()]
    return _as_words(rows.join(found.with_columns(absent), on=["row_key", "person_key"]))


def _headers(card: Card) -> tuple[str, ...]:
    """Their headers of the identifying columns, in the order of `IDENTIFYING`; a column the layout lacks is ''."""
    theirs = {column.name: header for header, column in card.columns.items()}
    return tuple(theirs.get(name, "") for name in IDENTIFYING)


def _as_words(rows: pl.DataFrame) -> pl.DataFrame:
    number = ids.upgraded(ids.cleaned(pl.col("id_number")))
    usable = rows.lazy().with_columns(pl.when(ids.valid(number)).then(number).alias("number"))
    return usable.select(
        *WORDS,
        pl.coalesce(dates.day(pl.col("birth_date")), identity_number.birth_date(pl.col("number"))).alias("birth_date"),
        identity_number.sex_code(pl.col("number")).alias("sex_code"),
    ).collect()
