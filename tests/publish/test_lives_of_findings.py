"""What nights do to a finding: gone only if looked for and not found, otherwise held; ends of their own kind."""

from __future__ import annotations

from datetime import timedelta

from ledger import findings
from publish.recall import recall
from tests.publish.nights import DAY, Nights, car, listed, write_rules

PEOPLE = [listed("p1"), listed("p2")]
NEXT = DAY + timedelta(days=1)


def states(nights: Nights) -> list[tuple[str, str, int]]:
    """Every finding as it stands: person, state, revision."""
    with nights.centre.ledger.read() as connection:
        frame = findings.previous(connection)
    return sorted(frame.select("person_key", "state", "revision").rows())


def test_seen_again_without_news_it_stays(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    nights.night(NEXT, PEOPLE, [car("p1")])
    assert states(nights) == [("p1", "new", 1)]


def test_a_material_change_is_a_new_revision(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    nights.night(NEXT, PEOPLE, [car("p1", plate_class_code="large")])
    assert states(nights) == [("p1", "changed", 2)]


def test_looked_for_and_not_found_it_is_gone(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    nights.night(NEXT, PEOPLE, [])
    assert states(nights) == [("p1", "gone", 1)]


def test_what_may_no_longer_be_looked_at_is_held_and_not_ended(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    nights.night(NEXT, PEOPLE, [], unsigned=["p1"])
    assert states(nights) == [("p1", "held", 1)]


def test_leaving_the_roster_is_an_end_of_its_own(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    nights.night(NEXT, [listed("p2")], [car("p1")])
    assert states(nights) == [("p1", "left_roster", 1)]


def test_a_withdrawn_rule_is_an_end_of_its_own(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    write_rules(nights.centre.settings.rules_folder, vehicles="withdrawn")
    nights.night(NEXT, PEOPLE, [car("p1")])
    assert states(nights) == [("p1", "rule_withdrawn", 1)]


def test_a_row_that_is_no_longer_surely_the_persons_is_an_end_of_its_own(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    nights.night(NEXT, PEOPLE, [car("p1", name_relation="different")])
    assert states(nights) == [("p1", "grade_lost", 1)]


def test_after_a_recall_lives_stand_where_they_stood_before(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    good = nights.night(DAY, PEOPLE, [car("p1")])
    bad = nights.night(NEXT, PEOPLE, [])
    asked = recall(bad.run_id, by="李强", reason="vehicles were cut", ledger=ledger, settings=settings)
    assert asked["state"] == "requested"
    again = recall(bad.run_id, by="李强", reason="vehicles were cut", ledger=ledger, settings=settings)
    assert again["state"] == "requested"
    told = recall(bad.run_id, by="王燕", reason="seen as well", ledger=ledger, settings=settings)
    assert (told["state"], told["current"]) == ("recalled", good.run_id)
    assert states(nights) == [("p1", "new", 1)]
    assert bad.folder.exists()
