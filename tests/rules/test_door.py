"""The door asks every rule of a run's warehouse, in one piece, and says what it could not look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import DefectError, OperatorError, PolicyError
from core.settings import ROOT
from ledger import runs
from tests.rules.night import Night, Row, night

DEAD: dict[str, list[Row]] = {
    "cremation": [{"death_date": date(2026, 3, 5)}],
    "hukou_event": [{"event_code": "death", "event_date": date(2026, 3, 5)}],
    "payment": [{"payment_month": date(2026, 4, 1), "state_code": "paid"}],
}
PENSION: Row = {
    "pension_kind_code": "employee",
    "item_code": "standard",
    "state_code": "in_pay",
    "belonging_month": date(2026, 5, 1),
    "settlement_month": date(2026, 5, 1),
    "standard_monthly_yuan": 2300,
    "amount_yuan": 2300,
}
TOLD = ("finding", "evidence", "rule_run", "could_look", "policy")
CELLS = [
    {"source": "cremation", "fact": "death", "months": [date(2026, 4, 1), date(2026, 5, 1)]},
    {"source": "hukou", "fact": "death", "month": date(2026, 3, 1)},
    {"source": "hukou_change", "fact": "death", "month": date(2026, 5, 1)},
    {"source": "roster", "fact": "roster_member", "month": date(2026, 6, 1)},
    {"source": "payroll", "fact": "payment", "months": [date(2026, 5, 1), date(2026, 6, 1)]},
]


def rules_folder(home: Path, page: str, change: Callable[[str], str]) -> Path:
    """A copy of the rules in which one page or card reads otherwise."""
    folder = home / "rules"
    shutil.copytree(ROOT / "rules", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = folder / page
    before = path.read_text(encoding="utf-8")
    assert change(before) != before
    path.write_text(change(before), encoding="utf-8")
    return folder


def test_a_death_paid_for_becomes_an_urgent_finding_with_its_evidence(tmp_path: Path) -> None:
    made = night(tmp_path, DEAD)
    assert made.ask() == made.path
    [finding] = made.rows("select rule, household_key, person_key, severity, found_yuan, sentence_zh from finding")
    assert finding[:5] == ("R-DEATH-01", "h1", "p1", "urgent", None)
    assert "2026年3月5日" in finding[5]
    assert "公安" in finding[5]
    evidence = made.rows("select source, file_name, line_number, match_grade from evidence order by source")
    assert evidence == [
        ("cremation", "cremation_202605.csv", 2, "A"),
        ("hukou_event", "hukou_event_202605.csv", 2, "A"),
        ("payment", "payment_202605.csv", 2, "A"),
        ("roster", "roster_202605.csv", 0, "A"),
    ]


def test_a_finding_names_the_parameter_rows_in_force_for_its_household(tmp_path: Path) -> None:
    made = night(tmp_path, {"pension_payment": [PENSION]})
    made.ask()
    [(rows, found)] = made.rows("select parameter_rows, found_yuan from finding where rule = 'R-PEN-01'")
    assert rows == "pension-fresh-months-2026-01 pension-tolerance-share-2026-01 pension-tolerance-yuan-2026-01"
    assert found == Decimal("2300.00")


def test_asking_again_writes_the_same_and_moves_the_run_on_once(tmp_path: Path) -> None:
    made = night(tmp_path, {**DEAD, "pension_payment": [PENSION]})
    told = []
    for _ in range(2):
        made.ask()
        told.append([made.rows(f"from {table} order by all") for table in TOLD])
    assert told[0] == told[1]
    assert {finding[1] for finding in told[0][0]} == {"R-DEATH-01", "R-PEN-01", "R-INC-01"}
    assert runs.get(made.ledger, made.run_id).state == "asked"
    assert [event.kind for event in runs.events(made.ledger, made.run_id)].count("asked") == 1


def test_a_page_that_fails_leaves_the_last_answers_untouched_and_quotes_no_cell(tmp_path: Path) -> None:
    made = night(tmp_path / "night", DEAD)
    made.ask()
    before = made.rows("from finding")
    folder = rules_folder(
        tmp_path,
        "existence/invalid_roster_id.sql",
        lambda sql: sql.replace("'information' as", "cast(cast(household_key as integer) as varchar) as"),
    )
    broken = Night(made.settings.model_copy(update={"rules_folder": folder}), made.ledger, made.run_id)
    connection_rows = made.rows("select count(*) from member")
    with pytest.raises(DefectError) as raised:
        _with_damaged_id(broken)
    assert "h1" not in str(raised.value)
    assert raised.value.code == "rule.engine"
    assert made.rows("from finding") == before
    assert made.rows("select count(*) from member") == connection_rows


def _with_damaged_id(made: Night) -> None:
    import duckdb

    with duckdb.connect(str(made.path)) as connection:
        connection.execute("update member set roster_id_state = 'damaged'").fetchall()
    made.ask()


def test_a_rule_could_look_only_where_every_need_was_looked_at(tmp_path: Path) -> None:
    made = night(tmp_path, {"coverage": CELLS})
    made.ask()
    assert made.rows("select could from could_look where rule = 'R-DEATH-01'") == [(True,)]
    assert made.rows("select could from could_look where rule = 'R-PEN-01'") == [(False,)]
    [run] = made.rows(
        "select findings, could_not_look_households, could_not_look_persons from rule_run where rule = 'R-PEN-01'"
    )
    assert run == (0, 1, 1)


@pytest.mark.parametrize("source", ["cremation", "hukou", "hukou_change", "roster", "payroll"])
def test_one_unseen_cell_of_one_feed_means_it_could_not_look(tmp_path: Path, source: str) -> None:
    unseen = {"source": source, "fact": "death", "month": date(2026, 2, 1), "value": "could_not_look"}
    unseen |= {"fact": next(cell["fact"] for cell in CELLS if cell["source"] == source)}
    made = night(tmp_path, {"coverage": [*CELLS, unseen]})
    made.ask()
    assert made.rows("select could from could_look where rule = 'R-DEATH-01'") == [(False,)]


def test_only_the_months_a_rule_reads_must_have_been_looked_at(tmp_path: Path) -> None:
    months = [date(2026, month, 1) for month in (4, 5)]
    cells = [
        {"source": "pension", "fact": "pension_payment", "months": months},
        {"source": "pension", "fact": "pension_payment", "month": date(2026, 3, 1), "value": "could_not_look"},
        {"source": "roster", "fact": "roster_member", "month": date(2026, 6, 1)},
        {"source": "declaration", "fact": "declared_item", "month": date(2026, 6, 1)},
    ]
    made = night(tmp_path, {"coverage": cells})
    made.ask()
    assert made.rows("select could from could_look where rule = 'R-PEN-01'") == [(True,)]


@pytest.mark.parametrize(("newest", "could"), [(date(2026, 5, 1), True), (date(2026, 4, 1), False)])
def test_a_month_not_yet_owed_is_no_silence(tmp_path: Path, newest: date, could: bool) -> None:
    cells = [
        {"source": "pension", "fact": "pension_payment", "months": [date(2026, 2, 1), date(2026, 3, 1), newest]},
        {"source": "roster", "fact": "roster_member", "month": date(2026, 6, 1)},
        {"source": "declaration", "fact": "declared_item", "month": date(2026, 6, 1)},
    ]
    made = night(tmp_path, {"coverage": cells})
    made.ask()
    assert made.rows("select could from could_look where rule = 'U-PEN-01'") == [(could,)]


def test_a_household_could_be_looked_at_only_when_each_member_could(tmp_path: Path) -> None:
    cells = [cell | {"person_key": person} for person in ("p1", "p2") for cell in CELLS]
    members = [{}, {"person_key": "p2"}]
    made = night(tmp_path, {"member": members, "coverage": cells})
    made.ask()
    wanted = "select person_key, could from could_look where rule = 'U-PAY-01'"
    assert made.rows(wanted) == [(None, True)]
    lone = night(tmp_path / "lone", {"member": members, "coverage": CELLS})
    lone.ask()
    assert lone.rows(wanted) == [(None, False)]


def test_a_rule_in_shadow_is_counted_and_shown_to_nobody(tmp_path: Path) -> None:
    folder = rules_folder(
        tmp_path, "existence/paid_after_death.yml", lambda s: s.replace("state: released", "state: shadow")
    )
    made = night(tmp_path / "night", DEAD, rules_folder=folder)
    made.ask()
    assert made.rows("from finding") == []
    assert len(made.rows("from shadow_finding")) == 1
    assert made.rows("select state, findings from rule_run where rule = 'R-DEATH-01'") == [("shadow", 1)]


def test_a_withdrawn_rule_does_not_run(tmp_path: Path) -> None:
    folder = rules_folder(
        tmp_path, "existence/paid_after_death.yml", lambda s: s.replace("state: released", "state: withdrawn")
    )
    made = night(tmp_path / "night", DEAD, rules_folder=folder)
    made.ask()
    assert made.rows("from finding") == []
    assert made.rows("from rule_run where rule = 'R-DEATH-01'") == []


def test_a_household_where_no_value_is_in_force_stops_the_night_for_policy_staff(tmp_path: Path) -> None:
    made = night(tmp_path, {"household": [{"region_code": "370102001001"}]})
    with pytest.raises(PolicyError) as raised:
        made.ask()
    assert raised.value.code == "parameter.none_in_force"
    assert "dibao_line_monthly_yuan" in raised.value.where


def test_unverified_values_do_not_run_in_production(tmp_path: Path) -> None:
    made = night(tmp_path, DEAD, environment="production")
    with pytest.raises(PolicyError) as raised:
        made.ask()
    assert raised.value.code == "parameter.none_in_force"


def test_evidence_the_warehouse_does_not_hold_is_refused(tmp_path: Path) -> None:
    folder = rules_folder(
        tmp_path, "existence/paid_after_death.sql", lambda sql: sql.replace("paid.row_keys) as", "'made-up:1') as")
    )
    made = night(tmp_path / "night", DEAD, rules_folder=folder)
    with pytest.raises(DefectError) as raised:
        made.ask()
    assert raised.value.code == "rule.evidence_unknown"


def test_a_run_without_a_warehouse_is_refused(tmp_path: Path) -> None:
    made = night(tmp_path, {})
    made.path.unlink()
    with pytest.raises(DefectError):
        made.ask()


def test_an_unknown_run_is_refused(tmp_path: Path) -> None:
    made = night(tmp_path, {})
    shutil.copytree(made.path.parent, made.path.parent.with_name("never"))
    with pytest.raises(OperatorError):
        Night(made.settings, made.ledger, "never").ask()


def test_pages_may_be_changed_by_folder_as_when_a_cancellation_is_taken_for_a_death(tmp_path: Path) -> None:
    given = {
        "hukou_person": [{"status_code": "cancelled", "change_reason_code": "other", "change_date": date(2026, 3, 5)}],
        "payment": DEAD["payment"],
    }
    right = night(tmp_path / "right", given)
    right.ask()
    assert right.rows("from finding") == []
    folder = rules_folder(
        tmp_path,
        "terms/recorded_death.sql",
        lambda sql: sql.replace("status_code = 'dead'", "status_code in ('dead', 'cancelled')"),
    )
    wrong = night(tmp_path / "wrong", given, rules_folder=folder)
    wrong.ask()
    assert wrong.rows("select rule from finding") == [("R-DEATH-01",)]
