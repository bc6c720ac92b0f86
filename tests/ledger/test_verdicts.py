"""Identity verdicts: remembered for a pair, used against a household only when two people agree, reopened by change."""

from __future__ import annotations

import polars as pl
import pytest

from core.errors import OperatorError
from core.moment import now
from ledger import verdicts
from ledger.run import Ledger


def give(ledger: Ledger, verdict: str, by: str, *, provider_fingerprint: str = "g", person: str = "p1") -> None:
    verdicts.give(
        ledger,
        person,
        "vehicle",
        "token",
        verdict,
        by=by,
        reason="compared the documents",
        subject_fingerprint="f",
        provider_fingerprint=provider_fingerprint,
    )


def last(ledger: Ledger) -> dict[str, object]:
    return verdicts.verdicts_at(ledger, now()).row(0, named=True)


def test_one_person_saying_same_is_not_enough_to_use_it_against_a_household(each_ledger: Ledger) -> None:
    give(each_ledger, "same", "李强")
    give(each_ledger, "same", "李强")
    assert (last(each_ledger)["verdict"], last(each_ledger)["two_people"]) == ("same", False)


def test_two_people_saying_same_is(each_ledger: Ledger) -> None:
    give(each_ledger, "same", "李强")
    give(each_ledger, "same", "王燕")
    assert last(each_ledger)["two_people"] is True
    assert {last(each_ledger)["by_whom"], last(each_ledger)["second_by"]} == {"李强", "王燕"}


def test_a_contrary_verdict_between_breaks_the_agreement(each_ledger: Ledger) -> None:
    for verdict, by in (("same", "李强"), ("not_same", "王燕"), ("same", "王燕")):
        give(each_ledger, verdict, by)
    assert (last(each_ledger)["verdict"], last(each_ledger)["two_people"]) == ("same", False)


def test_two_people_who_saw_different_fields_do_not_agree(each_ledger: Ledger) -> None:
    give(each_ledger, "same", "李强", provider_fingerprint="before")
    give(each_ledger, "same", "王燕", provider_fingerprint="after")
    assert last(each_ledger)["two_people"] is False


def test_a_verdict_given_later_is_not_known_before(each_ledger: Ledger) -> None:
    give(each_ledger, "not_same", "李强")
    before = now()
    give(each_ledger, "same", "王燕")
    assert verdicts.verdicts_at(each_ledger, before)["verdict"].to_list() == ["not_same"]
    assert last(each_ledger)["verdict"] == "same"


def test_a_verdict_reopens_when_either_sides_identifying_fields_change(each_ledger: Ledger) -> None:
    for person in ("p1", "p2", "p3", "p4"):
        give(each_ledger, "not_same", "李强", person=person)
    present = pl.DataFrame(
        [("p1", "f", "g"), ("p2", "other", "g"), ("p3", "f", "other")],
        schema=["person_key", "subject_fingerprint", "provider_fingerprint"],
        orient="row",
    ).with_columns(source=pl.lit("vehicle"), provider_identity_token=pl.lit("token"))
    judged = verdicts.in_force(verdicts.verdicts_at(each_ledger, now()), present)
    assert judged.select("person_key", "reopened").rows() == [("p1", False), ("p2", True), ("p3", True)]


@pytest.mark.parametrize(("verdict", "by"), [("maybe", "李强"), ("same", " ")])
def test_an_incomplete_verdict_is_refused(each_ledger: Ledger, verdict: str, by: str) -> None:
    with pytest.raises(OperatorError, match=r"verdict\.incomplete"):
        give(each_ledger, verdict, by)
