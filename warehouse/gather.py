"""Ask the ledger what a run may know: deliveries and gates, feeds, extracts, subjects, verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from core.errors import OperatorError
from core.settings import Settings
from ledger import deliveries as known
from ledger import extracts, feeds, keys, verdicts
from ledger.deliveries import Delivery
from ledger.run import Ledger
from ledger.runs import Run
from sources.card import Card, load_all_cards, load_card, load_cards, load_request_cards
from transforms.own_subjects import REQUEST_TABLE
from warehouse.deliveries import known_deliveries
from warehouse.knowledge import FEED, RESULT, VERDICT, ExtractFolder, Knowledge

ALWAYS = frozenset({REQUEST_TABLE, "authorisation"})
"""Tables that every run needs, whatever sources it was limited to: who is asked about, and who agreed."""


def gather(run: Run, *, ledger: Ledger, settings: Settings) -> Knowledge:
    """Everything the ledger says for the run's moment.

    Raises:
        OperatorError: no roster is accepted as of the day.
    """
    with ledger.read():
        asked = _asked(run, ledger)
        cards = _cards(run, asked, settings)
        states = {source: feeds.state(ledger, source, run.known_at) for source in cards}
        found = known_deliveries(run, cards, states, asked, ledger=ledger)
        _need_roster(run, cards, found)
        used = found.filter(pl.col("used"))
        folders = _folders(dict(used.select("delivery_id", "source").rows()), ledger=ledger, settings=settings)
        of_checks = _listed_by_checks(cards, asked, ledger=ledger, settings=settings)
        subjects = _subjects({one.subject_set for one in folders}, of_checks, ledger=ledger, settings=settings)
        folders = [one for one in folders if one.subject_set in set(subjects["subject_set"])] if asked else folders
        decided = _verdicts(run, ledger=ledger)
    gathered = Knowledge(
        run_id=run.run_id,
        moment=run.moment,
        cards=cards,
        deliveries=found,
        extracts=tuple(folders),
        subjects=subjects,
        verdicts=decided,
        feeds=_feeds(states),
        results=_results(run, found["delivery_id"], settings=settings),
        open_keys=_Keys(ledger),
        token_key=keys.token_key(settings),
    )
    return as_registers(gathered)


def as_registers(read: Knowledge) -> Knowledge:
    """The lists of a commissioned check under the names of the registers whose place they take: rules know those."""
    names = {name: card.stands_for for name, card in read.cards.items() if card.stands_for}
    if not names:
        return read
    renamed = pl.col("source").replace(names)
    return replace(
        read,
        cards={
            names.get(name, name): card.model_copy(update={"source": names.get(name, name)})
            for name, card in read.cards.items()
        },
        deliveries=read.deliveries.with_columns(renamed),
        extracts=tuple(replace(one, source=names.get(one.source, one.source)) for one in read.extracts),
        feeds=read.feeds.with_columns(renamed),
        results=read.results.with_columns(renamed),
    )


_LISTED = {"subject_set": pl.String, "person_key": pl.String, "fingerprint": pl.String, "place": pl.Int32}


class _Keys:
    """Opens household keys in bulk; those erased, or never made, are left out: their rows can no longer be read."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def __call__(self, households: Iterable[str]) -> Mapping[str, bytes]:
        wanted = {f"household:{key}": key for key in households}
        return {wanted[name]: key for name, key in keys.open_living(self.ledger, wanted).items()}


def _asked(run: Run, ledger: Ledger) -> Delivery | None:
    """The list of persons that a commissioned run is about; the roster of the day is nobody's list."""
    return known.get(ledger, run.request) if run.request else None


def _cards(run: Run, asked: Delivery | None, settings: Settings) -> dict[str, Card]:
    of_check = asked is not None and load_card(settings.sources_folder / asked.source).of_request
    cards = (load_request_cards if of_check else load_cards)(settings.sources_folder)
    if run.sources is None:
        return cards
    if unknown := sorted(set(run.sources) - set(cards)):
        raise OperatorError(
            "run.source",
            f"no such source: {', '.join(unknown)}",
            where=run.run_id,
            todo="begin a run with known sources",
        )
    return {name: card for name, card in cards.items() if name in run.sources or card.table in ALWAYS}


def _need_roster(run: Run, cards: Mapping[str, Card], deliveries: pl.DataFrame) -> None:
    rosters = [name for name, card in cards.items() if card.table == REQUEST_TABLE]
    if not deliveries.filter(pl.col("used") & pl.col("source").is_in(rosters)).height:
        raise OperatorError(
            "warehouse.no_roster",
            f"no roster was accepted as of {run.as_of}",
            where=run.run_id,
            todo="land the roster, or look at the gate that refused it (hedui feed status)",
        )


def _folders(source_of: Mapping[str, str], *, ledger: Ledger, settings: Settings) -> list[ExtractFolder]:
    """The newest extract of every used delivery and subject set."""
    newest = {
        (one.delivery_id, one.subject_set_id): (place, one)
        for place, one in enumerate(extracts.find(ledger))
        if one.delivery_id in source_of
    }
    return [
        ExtractFolder(delivery, source_of[delivery], subject_set, settings.home / one.path, place)
        for (delivery, subject_set), (place, one) in sorted(newest.items())
    ]


@dataclass(frozen=True)
class _OfChecks:
    """person_key, fingerprint as commissioned checks know persons; `alone`: only they count, else they do not."""

    pairs: pl.DataFrame
    alone: bool


def _listed_by_checks(
    cards: Mapping[str, Card], asked: Delivery | None, *, ledger: Ledger, settings: Settings
) -> _OfChecks:
    """Whom the run's own check lists; for a night, whom any check listed: that search was made for another purpose."""
    alone = asked is not None and any(card.of_request for card in cards.values())
    lists = [name for name, card in load_all_cards(settings.sources_folder).items() if _lists_applicants(card)]
    told = [asked] if asked and alone else [one for name in lists for one in known.list_deliveries(ledger, source=name)]
    sets = {one.subject_set_id for listed in told for one in extracts.find(ledger, delivery_id=listed.delivery_id)}
    files = [settings.home / extracts.get_subject_set(ledger, name).path for name in sorted(sets)]
    pairs = pl.read_parquet(files) if files else pl.DataFrame(schema=_LISTED)
    return _OfChecks(pairs.select("person_key", "fingerprint").unique(), alone)


def _lists_applicants(card: Card) -> bool:
    return card.of_request and card.table == REQUEST_TABLE


def _subjects(subject_sets: set[str], of_checks: _OfChecks, *, ledger: Ledger, settings: Settings) -> pl.DataFrame:
    """Who was searched for as they are known now: a search under an old number or name does not count."""
    sets = sorted((extracts.get_subject_set(ledger, name) for name in subject_sets), key=lambda one: (one.at, one.path))
    found = [pl.DataFrame(schema=_LISTED)]
    for place, one in enumerate(sets):
        listed = pl.read_parquet(settings.home / one.path).select("person_key", "fingerprint")
        found.append(listed.select(pl.lit(one.subject_set_id).alias("subject_set"), pl.all(), place=pl.lit(place)))
    searched, pair = pl.concat(found, how="diagonal_relaxed"), ["person_key", "fingerprint"]
    meant = searched.join(of_checks.pairs, on=pair, how="semi" if of_checks.alone else "anti")
    newest = pl.col("fingerprint").sort_by("place").last().over("person_key")
    return meant.filter(pl.col("fingerprint") == newest).select("subject_set", "person_key")


def _verdicts(run: Run, *, ledger: Ledger) -> pl.DataFrame:
    """Verdicts that change a grade: *not the same* by anyone, *the same* by two people; *unsure* changes nothing."""
    given = verdicts.verdicts_at(ledger, run.known_at)
    counts = (pl.col("verdict") == "not_same") | ((pl.col("verdict") == "same") & pl.col("two_people"))
    by_whom = pl.concat_str(["by_whom", "second_by"], separator=", ", ignore_nulls=True)
    return given.filter(counts).with_columns(by_whom.alias("by_whom")).select(*VERDICT)


def _feeds(states: Mapping[str, feeds.FeedState]) -> pl.DataFrame:
    rows = [
        {
            "source": source,
            "state": "paused" if state.paused else "open",
            "reason": state.reason,
            "by_whom": state.by,
            "since": state.since,
        }
        for source, state in states.items()
    ]
    return pl.DataFrame(rows, schema=FEED)


def _results(run: Run, delivery_ids: pl.Series, *, settings: Settings) -> pl.DataFrame:
    """What the checks said of the run's deliveries: in this run where they ran in it, else when they landed."""
    found = [pl.DataFrame(schema=RESULT)]
    for folder in (run.run_id, "landing"):
        path = settings.home / "work" / folder / "expectation_result.parquet"
        if path.exists():
            found.append(pl.read_parquet(path).select(pl.col(name).cast(kind) for name, kind in RESULT.items()))
    told = pl.concat(found).filter(pl.col("delivery_id").is_in(delivery_ids.implode()))
    return told.unique(["delivery_id", "suite", "check_name"], keep="first", maintain_order=True)
