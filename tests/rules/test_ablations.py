"""Four mistakes others made, each put into a term on purpose: the cases notice, and the changed folder still runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import ROOT
from rules.pages import load_pages, load_terms, terms_of
from rules.run import lay_terms
from tests.rules.small_warehouse import apart, differs, read_cases, told_by, warehouse_of
from tests.rules.test_door import rules_folder

MISTAKES: dict[str, tuple[str, str, dict[str, str]]] = {
    "back-pay counted": (
        "income/pension_above_declared",
        "pension_in_pay",
        {
            "pension_payment.item_code = 'standard'": "pension_payment.item_code in ('standard', 'back_pay')",
            "pension_payment.standard_monthly_yuan,": "sum(pension_payment.amount_yuan) over (partition by "
            "subject.household_key, subject.person_key, pension_payment.settlement_month) as standard_monthly_yuan,",
        },
    ),
    "settlement month instead of month of belonging": (
        "income/employment_not_declared",
        "insured_month",
        {
            "join contribution using (person_key)": "join (select * replace (settlement_month as belonging_month) "
            "from contribution) as contribution using (person_key)"
        },
    ),
    "status = 'A'": (
        "property/vehicle_not_declared",
        "held_vehicle",
        {"not regexp_matches(coalesce(vehicle.status_letters, ''), '[BCEMP]')": "vehicle.status_letters = 'A'"},
    ),
    "cancellation taken for death": (
        "existence/paid_after_death",
        "recorded_death",
        {"status_code = 'dead'": "status_code in ('dead', 'cancelled')"},
    ),
}


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_a_known_mistake_is_noticed_by_the_cases(tmp_path: Path, mistake: str) -> None:
    page_name, term, changes = MISTAKES[mistake]
    folder = rules_folder(tmp_path, f"terms/{term}.sql", lambda sql: _replaced(sql, changes))
    page = next(page for page in load_pages(ROOT / "rules") if page.name == page_name)
    cases = read_cases(page_name)
    with warehouse_of(*cases) as connection:
        lay_terms(connection, terms_of(page.sql, load_terms(folder)))
        told = apart(told_by(connection, page), len(cases))
    assert [case.it for found, case in zip(told, cases, strict=True) if differs(found, case.asks)]


def _replaced(sql: str, changes: dict[str, str]) -> str:
    for right, wrong in changes.items():
        assert sql.count(right) == 1
        sql = sql.replace(right, wrong)
    return sql
