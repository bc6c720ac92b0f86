"""Reading the ledger: what is asked within one reading is answered as of its beginning."""

from __future__ import annotations

from ledger import feeds
from ledger.run import Ledger


def test_what_is_asked_within_a_reading_sees_what_it_saw_at_first_and_later_questions_see_the_news(
    each_ledger: Ledger,
) -> None:
    with each_ledger.read():
        assert not feeds.state(each_ledger, "vehicle").paused
        feeds.pause(each_ledger, "vehicle", "half as long", "gate", None)
        assert not feeds.state(each_ledger, "vehicle").paused
    assert feeds.state(each_ledger, "vehicle").paused


def test_a_reading_that_ends_in_an_error_does_not_bind_the_next_one(each_ledger: Ledger) -> None:
    try:
        with each_ledger.read():
            feeds.state(each_ledger, "vehicle")
            raise ValueError
    except ValueError:
        feeds.pause(each_ledger, "vehicle", "half as long", "gate", None)
    assert feeds.state(each_ledger, "vehicle").paused
