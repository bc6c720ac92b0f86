"""A household that applies is looked at by the doors of the night, as far as it signed, and erased in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from core.errors import OperatorError
from core.moment import today
from ledger import audit, commissions, deliveries, extracts, jobs, keys, runs
from publish.commission_report import report
from publish.erasure import purge_expired
from publish.folder import run_folder
from publish.people import open_people
from publish.worker import work_once
from tests.night.applying import TERM, application, looked_at, taken_in
from tests.night.conftest import Published
from tests.night.home import Home


@pytest.fixture(scope="module")
def home(first_night: Published, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the home after its first night, in which one household was looked at."""
    return first_night.home.moved_to(tmp_path_factory.mktemp("checks") / "home")


@pytest.fixture(scope="module")
def check(home: Home) -> commissions.Check:
    return looked_at(home, application(home))


def coverage(home: Home, check: commissions.Check, person: int) -> dict[str, set[tuple[str, str | None]]]:
    """Source → values with reasons, of the head (0) or the spouse (1)."""
    members = home.table(str(check.run_id), "member").sort(pl.col("relation_code") != "head")
    cells = home.table(str(check.run_id), "coverage").filter(pl.col("person_key") == members["person_key"][person])
    told: dict[str, set[tuple[str, str | None]]] = {}
    for source, value, reason in cells.select(pl.col("source", "value", "reason").cast(pl.String)).iter_rows():
        told.setdefault(source, set()).add((value, reason))
    return told


def test_the_run_is_about_the_applicants_alone_and_nobody_sees_it_as_the_night(
    home: Home, check: commissions.Check, first_night: Published
) -> None:
    assert home.table(str(check.run_id), "household").height == 1
    assert home.table(str(check.run_id), "member").height == 2
    assert runs.get(home.ledger, str(check.run_id)).state == "published"
    assert runs.current(home.ledger) == first_night.run_id


def test_what_was_not_declared_is_asked_with_its_evidence(home: Home, check: commissions.Check) -> None:
    asked = home.table(str(check.run_id), "finding")
    assert "R-TAX-01" in asked["rule"].to_list()
    evidence = home.table(str(check.run_id), "evidence")
    assert set(asked["finding_key"]) == set(evidence["finding_key"])


def test_without_an_authorisation_in_force_a_source_is_not_looked_at_and_that_is_said(
    home: Home, check: commissions.Check
) -> None:
    spouse = coverage(home, check, 1)
    for source in ("tax_withholding", "vehicle", "contribution", "housing_fund"):
        assert spouse[source] == {("could_not_look", "no_authorisation")}, source
    assert {value for value, _ in spouse["pension"]} == {"none"}
    head = coverage(home, check, 0)
    assert {value for value, _ in head["tax_withholding"]} == {"found"}
    told = report(home.settings, check.check_id)
    assert "no_authorisation" in told["coverage"]["vehicle"]["reasons"]


def test_a_source_is_not_even_read_for_who_did_not_sign_for_it(home: Home, check: commissions.Check) -> None:
    members = home.table(str(check.run_id), "member").sort(pl.col("relation_code") != "head")["person_key"]
    read = {source: read_for(home, check, source) for source in ("tax_withholding", "pension", "hukou")}
    assert read == {"tax_withholding": {members[0]}, "pension": set(members), "hukou": set(members)}


def read_for(home: Home, check: commissions.Check, source: str) -> set[str]:
    """Whom the deliveries of a source were read for since the check was asked."""
    found: set[str] = set()
    for delivery in deliveries.list_deliveries(home.ledger, source=source):
        for one in extracts.find(home.ledger, delivery_id=delivery.delivery_id):
            listed = extracts.get_subject_set(home.ledger, one.subject_set_id)
            if listed.at > check.at:
                found |= set(pl.read_parquet(home.settings.home / listed.path)["person_key"])
    return found


@pytest.mark.parametrize(
    "term",
    [
        {**TERM, "valid_to_date": "2026-06-19"},
        {**TERM, "valid_from_date": "2026-06-21", "signed_date": "2026-06-10"},
        {**TERM, "signed_date": "2026-06-21", "valid_from_date": "2026-06-10"},
    ],
    ids=["ended", "not begun", "not yet signed"],
)
def test_an_authorisation_that_is_not_in_force_on_the_day_opens_nothing(
    home: Home, check: commissions.Check, term: dict[str, str]
) -> None:
    signed = [{"person": 1, "scope": "all", **term}]
    other = looked_at(home, application(home, authorisations=signed))
    assert {value for value, _ in coverage(home, other, 0)["tax_withholding"]} == {"could_not_look"}
    assert home.table(str(other.run_id), "finding").filter(pl.col("rule") == "R-TAX-01").is_empty()


def test_a_night_after_the_check_finds_what_it_found_before(
    home: Home, check: commissions.Check, first_night: Published
) -> None:
    again = home.night()
    assert again["accepted"], again["reasons"]
    before, after = (home.manifest(run_id)["findings_hash"] for run_id in (first_night.run_id, again["run_id"]))
    assert after == before
    cells = [home.table(run_id, "coverage").sort(pl.all()) for run_id in (first_night.run_id, again["run_id"])]
    paused = set(cells[1].filter(pl.col("reason") == "feed_paused")["source"])
    assert paused == {"vehicle"}  # by what the first night refused
    read = [each.filter(pl.col("source") != "vehicle") for each in cells]
    assert read[0].height > 0
    assert read[0].equals(read[1])


def test_neither_name_nor_number_stands_in_the_clear_outside_the_seals(home: Home, check: commissions.Check) -> None:
    given = [one[name] for one in application(home)["persons"] for name in ("name", "id_number")]
    later = [path for path in home.folder.rglob("*") if path.is_file() and path.stat().st_mtime > check.at.timestamp()]
    assert len(later) > 10
    for path in later:
        text = path.read_bytes()
        assert not [one for one in given if one.encode() in text], path.relative_to(home.folder).parts[0]
    assert not list((home.folder / "work").glob(".lists-*"))


def test_the_check_is_audited_from_its_intake_to_its_result(home: Home, check: commissions.Check) -> None:
    acts = audit.entries(home.ledger).filter(pl.col("subject") == f"check {check.check_id}")
    assert acts["act"].to_list() == ["check.asked", "check.begun", "check.begun", "check.looked"]
    assert acts["by_whom"][0] == "analyst"


def test_nobody_takes_in_a_household_of_another_region(home: Home) -> None:
    with pytest.raises(OperatorError, match=r"check\.region"):
        taken_in(home, application(home), region_code="330106001001")


def test_a_form_that_cannot_be_is_refused_without_quoting_a_person(home: Home) -> None:
    given = application(home)
    given["persons"][0]["id_number"] = "11010519491231002"
    with pytest.raises(OperatorError, match=r"check\.form") as raised:
        taken_in(home, given)
    assert "persons.0.id_number" in str(raised.value)
    assert "1101051949" not in str(raised.value)


def test_the_worker_does_what_waits_and_a_check_repeated_is_done_once(home: Home) -> None:
    given = application(home, authorisations=[], declared=[])
    check_id = taken_in(home, given)
    with home.lived_in():
        while work_once(home.ledger):
            pass
    done = commissions.known(home.ledger, check_id)
    assert done.state == "looked"
    job = next(one for one in jobs.listed(home.ledger, by="analyst") if one.payload == {"check_id": check_id})
    assert (job.state, job.result) == ("done", {"run_id": done.run_id})
    assert coverage(home, done, 0)["declaration"] == {("none", None)}


def test_a_check_past_its_retention_is_erased_with_its_lists_and_its_household(home: Home, tmp_path: Path) -> None:
    kept = home.moved_to(tmp_path / "home")
    check = looked_at(kept, application(kept))
    settings, last = kept.settings, today() + timedelta(days=home.settings.check_retention_days)
    folder = run_folder(settings, str(check.run_id))
    assert len(open_people(folder, str(check.run_id), check.household_key, ledger=kept.ledger)) == 2
    assert purge_expired(settings, kept.ledger, last).checks == []
    assert check.check_id in purge_expired(settings, kept.ledger, last + timedelta(days=1)).checks
    assert commissions.known(kept.ledger, check.check_id).state == "erased"
    names = [
        check.key_id,
        f"household:{check.household_key}",
        *(f"delivery:{one}" for one in check.facts["deliveries"]),
    ]
    assert keys.living(kept.ledger, names) == set()
    assert not [one for one in check.facts["deliveries"] if list((settings.home / "landing").rglob(one))]
    with pytest.raises(OperatorError, match=r"key\.erased"):
        commissions.content_of(kept.ledger, check)
