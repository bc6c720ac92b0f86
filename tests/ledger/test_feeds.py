"""Feeds pause themselves and are resumed by people."""

from __future__ import annotations

import pytest

from core.errors import OperatorError
from core.moment import now
from ledger import audit, feeds
from ledger.run import Ledger


def test_a_feed_that_nobody_paused_is_open(each_ledger: Ledger) -> None:
    assert not feeds.state(each_ledger, "vehicle").paused


def test_a_paused_feed_says_why_since_when_and_for_which_delivery(each_ledger: Ledger) -> None:
    before = now()
    assert feeds.pause(each_ledger, "vehicle", "no id ends in X", "gate", "vehicle-0123456789ab")
    state = feeds.state(each_ledger, "vehicle")
    assert (state.paused, state.reason, state.by, state.delivery_id) == (
        True,
        "no id ends in X",
        "gate",
        "vehicle-0123456789ab",
    )
    assert state.since is not None
    assert before <= state.since <= now()
    assert not feeds.state(each_ledger, "vehicle", before).paused


def test_pausing_twice_keeps_the_first_reason(each_ledger: Ledger) -> None:
    assert feeds.pause(each_ledger, "vehicle", "first", "gate")
    assert not feeds.pause(each_ledger, "vehicle", "second", "gate")
    assert feeds.state(each_ledger, "vehicle").reason == "first"


def test_a_feed_is_resumed_only_by_a_named_person_with_a_reason(each_ledger: Ledger) -> None:
    feeds.pause(each_ledger, "vehicle", "limit", "gate")
    for reason, by in (("", "王燕"), ("confirmed whole", " ")):
        with pytest.raises(OperatorError, match=r"feed\.reason"):
            feeds.resume(each_ledger, "vehicle", reason, by)
    assert feeds.state(each_ledger, "vehicle").paused
    assert feeds.resume(each_ledger, "vehicle", "confirmed whole", "王燕")
    assert not feeds.state(each_ledger, "vehicle").paused
    assert audit.entries(each_ledger)["act"].to_list() == ["feed.paused", "feed.resumed"]
