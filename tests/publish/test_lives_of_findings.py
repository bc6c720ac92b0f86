"""What nights do to a finding: gone only if looked for and not found, otherwise held; ends of their own kind."""

from __future__ import annotations

from datetime import date, timedelta

from ledger import findings
from publish.recall import recall
from tests.publish.nights import DAY, Nights, car, listed, write_rules

PEOPLE = [listed("p1", programme_code="dibao"), listed("p2", programme_code="dibao")]
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


def month(place: int) -> date:
    """The twentieth of the months from June 2026 on."""
    return date(2026 + (5 + place) // 12, (5 + place) % 12 + 1, 20)


def test_six_monthly_deliveries_in_which_nothing_material_changes_reopen_nothing(nights: Nights) -> None:
    cars = [car("p1"), car("p2", "t2")]
    for place in range(6):
        nights.night(month(place), PEOPLE, [{**each, "status_letters": "A" * (place + 1)} for each in cars])
    assert states(nights) == [("p1", "new", 1), ("p2", "new", 1)]


def test_one_material_change_among_monthly_deliveries_reopens_exactly_one(nights: Nights) -> None:
    cars = [car("p1"), car("p2", "t2")]
    for place in range(5):
        nights.night(month(place), PEOPLE, cars)
    nights.night(month(5), PEOPLE, [cars[0], {**cars[1], "plate_class_code": "large"}])
    assert states(nights) == [("p1", "new", 1), ("p2", "changed", 2)]


def test_every_step_of_a_life_says_why(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    nights.night(NEXT, PEOPLE, [car("p1", plate_class_code="large")])
    nights.night(NEXT + timedelta(days=1), PEOPLE, [], unsigned=["p1"])
    nights.night(NEXT + timedelta(days=2), PEOPLE, [])
    nights.night(NEXT + timedelta(days=3), PEOPLE, [car("p1", plate_class_code="large")])
    with nights.centre.ledger.read() as connection:
        [key] = findings.previous(connection)["finding_key"]
    told = [(step["state"], step["reason"]) for step in findings.history(nights.centre.ledger, key)]
    assert told == [
        ("new", "seen for the first time"),
        ("changed", "changed: plate_class_code"),
        ("held", "not seen, and it could not be looked for"),
        ("gone", "looked for and not found"),
        ("reopened", "seen again after it had ended or with news while it was suppressed"),
    ]
