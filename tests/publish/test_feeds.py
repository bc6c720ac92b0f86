"""The steward sees each feed, and lets a paused one go on by name and reason."""

from __future__ import annotations

import pytest

from core.errors import OperatorError
from ledger import deliveries, feeds
from publish.feeds import feed_lines, feed_status, resume_feed
from tests.publish.nights import DAY, Nights, car, listed


def test_every_card_has_a_line_with_its_last_accepted_file(nights: Nights) -> None:
    nights.deliver(DAY, [listed("p1")], [car("p1")])
    rows = {row["source"]: row for row in feed_status(nights.centre.settings)}
    assert rows["vehicle"]["last_file"] == f"vehicle_{DAY:%Y%m%d}.csv"
    assert rows["vehicle"]["deliveries"] == {"accepted": 1}
    assert rows["payroll"]["last_file"] is None
    lines = feed_lines(list(rows.values()))
    assert len(lines) == len(rows)
    assert any("payroll" in line and "nothing accepted yet" in line for line in lines)


def test_a_paused_feed_says_why_and_goes_on_when_a_person_accepts_what_was_refused(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    refused = nights.centre.deliver("vehicle", f"{DAY:%Y%m%d}", [car("p1")], state="refused")
    feeds.pause(ledger, "vehicle", "half of last month", "gate", refused)
    [row] = [row for row in feed_status(settings) if row["source"] == "vehicle"]
    assert (row["paused"], row["because_of"], row["deliveries"]) == (True, refused, {"refused": 1})
    assert any("half of last month" in line for line in feed_lines([row]))
    with pytest.raises(OperatorError, match=r"feed\.reason"):
        resume_feed(settings, "vehicle", by="王燕", reason=" ")
    resume_feed(settings, "vehicle", by="王燕", reason="confirmed whole", accept=refused)
    assert not feeds.state(ledger, "vehicle").paused
    assert [event.kind for event in deliveries.events(ledger, refused)][-1] == "accepted"


def test_an_unknown_source_is_the_operators_question(nights: Nights) -> None:
    with pytest.raises(OperatorError, match=r"feed\.unknown"):
        resume_feed(nights.centre.settings, "aircraft", by="王燕", reason="x")
