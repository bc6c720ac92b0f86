"""Two hundred broken deliveries and a night: each ends in a name and a reason, and the night goes on."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from core.settings import Settings
from ledger import deliveries, extracts, keys, runs
from ledger.deliveries import Delivery
from publish.verify import verify_run
from sources.card import load_cards
from sources.delivery_name import shown
from tests.night.broken import BrokenNight, Sent, chosen
from transforms.quarantine import open_refused

CHOSEN = chosen()
VERDICTS = {"accepted", "refused"}


def parametrized(*, error: str | None) -> pytest.MarkDecorator:
    """The chosen cases that end with an error at this stage, or are read."""
    these = [case.name for case in CHOSEN if (case.stage if case.error else case.state) == error]
    return pytest.mark.parametrize("name", these)


def sent(night: BrokenNight, name: str) -> Sent:
    return next(one for one in night.sent if one.case.name == name)


def told(night: BrokenNight, one: Sent) -> dict[str, str]:
    return next(
        answer for answer in night.told if (answer["source"], answer["file"]) == (one.case.source, shown(one.file))
    )


def landed(night: BrokenNight, one: Sent) -> Delivery:
    return deliveries.get(night.home.ledger, told(night, one)["delivery_id"])


def contact(source: str) -> str:
    return load_cards(Settings().sources_folder)[source].contact.zh


def verdict(night: BrokenNight, one: Delivery) -> tuple[str, list[dict[str, Any]]]:
    """The last verdict and its reasons."""
    given = [event for event in deliveries.events(night.home.ledger, one.delivery_id) if event.kind in VERDICTS]
    assert given, "no verdict was ever given"
    return given[-1].kind, given[-1].detail.get("reasons", [])


def test_there_are_two_hundred_of_every_kind_and_room() -> None:
    assert len(CHOSEN) >= 200
    assert {case.source for case in CHOSEN} == set(load_cards(Settings().sources_folder))


@parametrized(error="landing")
def test_what_cannot_land_is_refused_in_the_name_of_who_sent_it(name: str, broken_night: BrokenNight) -> None:
    one = sent(broken_night, name)
    assert one.case.error is not None
    answer = told(broken_night, one)
    assert (answer["state"], answer["delivery_id"]) == ("refused", "")
    assert answer["said"].startswith(f"[{one.case.error[1]}]")
    assert "provider must act" in answer["said"]


@parametrized(error="duplicate")
def test_what_came_twice_is_counted_once(name: str, broken_night: BrokenNight) -> None:
    one = sent(broken_night, name)
    assert told(broken_night, one)["state"] == "duplicate"
    assert landed(broken_night, one).file_name != one.file.name


@parametrized(error="waiting")
def test_what_is_under_way_waits(name: str, broken_night: BrokenNight) -> None:
    answer = told(broken_night, sent(broken_night, name))
    assert (answer["state"], answer["delivery_id"]) == ("waiting", "")
    assert answer["said"]


@parametrized(error="reading")
def test_what_cannot_be_read_is_refused_whole_and_says_whom_to_ask(name: str, broken_night: BrokenNight) -> None:
    one = sent(broken_night, name)
    assert one.case.error is not None
    delivery = landed(broken_night, one)
    state, reasons = verdict(broken_night, delivery)
    assert (state, reasons[0]["limit"]) == ("refused", one.case.error[1])
    assert contact(one.case.source) in reasons[0]["who"]
    assert extracts.find(broken_night.home.ledger, delivery.delivery_id) == []
    pages = broken_night.home.folder / "data_docs" / broken_night.first["run_id"]
    assert one.case.error[1] in (pages / "index.html").read_text("utf-8")


@parametrized(error=None)
def test_what_can_be_read_closes_its_account_and_puts_aside_what_is_spoilt(
    name: str, broken_night: BrokenNight
) -> None:
    one = sent(broken_night, name)
    delivery = landed(broken_night, one)
    found = extracts.find(broken_night.home.ledger, delivery.delivery_id)
    assert found
    for extract in found:
        account = extract.account
        assert sum(account.values()) == one.case.rows + len(one.case.quarantined)
        assert account["structurally_refused"] == len(one.case.quarantined)
        assert account["duplicate"] == one.case.doubled
        aside = quarantine(broken_night, delivery, extract.subject_set_id)
        assert one.case.quarantined.items() <= aside.items()
        assert len(aside) == account["structurally_refused"] + account["refused_by_meaning"]


@parametrized(error=None)
def test_what_can_be_read_is_judged_and_a_refusal_says_why_and_whom_to_ask(
    name: str, broken_night: BrokenNight
) -> None:
    one = sent(broken_night, name)
    state, reasons = verdict(broken_night, landed(broken_night, one))
    limits = [reason["limit"] for reason in reasons]
    assert (state == "refused") == bool(limits)
    assert all(contact(one.case.source) in reason["who"] for reason in reasons)
    assert all(reason["message_zh"] and reason["message_en"] for reason in reasons)
    if one.case.gate:
        assert any(limit.startswith(one.case.gate) for limit in limits), limits


def test_nothing_that_landed_is_left_without_a_state_after_the_night(broken_night: BrokenNight) -> None:
    assert set(broken_night.states.values()) <= {"accepted", "refused", "held"}


def test_the_night_goes_on_and_publishes_whole_runs(broken_night: BrokenNight) -> None:
    home = broken_night.home
    for published in (broken_night.first, broken_night.second):
        assert verify_run(home.folder / "runs" / published["run_id"], ledger=home.ledger).whole
        assert home.table(published["run_id"], "finding").height > 0
    assert runs.get(home.ledger, broken_night.first["run_id"]).state == "published"


def test_no_finding_ends_because_a_feed_was_refused(broken_night: BrokenNight) -> None:
    refused = {source(one) for one, state in broken_night.states.items() if state == "refused"}
    evidence = broken_night.home.table(broken_night.first["run_id"], "evidence")
    resting = evidence.filter(pl.col("source").is_in(refused))["finding_key"]
    assert broken_night.before & set(resting), "no question rests on a refused feed: nothing is proved"
    ended = broken_night.before - broken_night.after
    assert ended <= resting_on_what_was_corrected(broken_night)
    assert len(broken_night.after) > len(broken_night.before) / 2


def resting_on_what_was_corrected(broken_night: BrokenNight) -> set[str]:
    """Findings that stood on a file whose period an accepted file said again: looked for there, and not found."""
    home = broken_night.home
    accepted = [one for one, state in broken_night.states.items() if state == "accepted"]
    again = [deliveries.get(home.ledger, one).file_name for one in accepted]
    corrected = {name.rpartition("_")[0] for name in again if len(name.rpartition("_")[2].partition(".")[0]) == 3}
    earlier = runs.list_runs(home.ledger)[0]
    evidence = home.table(earlier.run_id, "evidence")
    stems = pl.col("file_name").str.split(".").list.first()
    return set(evidence.filter(stems.is_in(corrected))["finding_key"])


def source(delivery_id: str) -> str:
    """The room of a delivery."""
    return delivery_id.rpartition("-")[0]


def quarantine(night: BrokenNight, one: Delivery, subject_set_id: str) -> dict[int, str]:
    """Line → reason of the rows put aside."""
    key = keys.open_key(night.home.ledger, f"delivery:{one.delivery_id}")
    refused = open_refused(night.home.folder / "quarantine" / f"{one.delivery_id}.{subject_set_id}", key)
    return dict(zip(refused["line_number"], refused["reason"], strict=True))
