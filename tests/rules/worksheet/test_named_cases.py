"""Cases that must never come out otherwise, by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.errors import DefectError, PolicyError
from core.settings import ROOT
from rules.in_force import value_for
from rules.lawful import demand_strong_amounts
from rules.parameters import load_parameters
from rules.reading import parse
from rules.worksheet.lawful import demand_lawful_worksheet
from rules.worksheet.run import reckon
from tests.rules.worksheet.households import Household, Person, back
from tests.rules.worksheet.laid import rows_of, sheet_of, worksheets

WAGE = {"item_code": "wage", "from_month": date(2023, 1, 1)}


def earner(monthly: Decimal | int, **person: Any) -> Person:
    """A member who stated a wage, for years."""
    return Person(**person).add("declared_item", **WAGE, amount_monthly_yuan=Decimal(monthly))


def filed(person: Person, *months: int, yuan: int = 2000, tax: int = 0, payer: str = "e1") -> Person:
    """The person with wages filed for these months back."""
    for month in months:
        row = {"payer_token": payer, "item_code": "wage", "income_month": back(month), "tax_yuan": Decimal(tax)}
        person.add("withheld_income", **row, income_yuan=Decimal(yuan))
    return person


def with_fund(person: Person, payer: str = "e1") -> Person:
    """The person with a live fund account at the employer."""
    live = {"account_state_code": "normal", "paid_through_month": back(1), "person_rate": Decimal("0.08")}
    return person.add("fund_account", employer_token=payer, **live, person_deposit_monthly_yuan=Decimal(160))


def lines(sheet: dict[str, Any], item: str) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """Treatment, raw and counted of the lines of an item."""
    return [(r["treatment_code"], r["raw_yuan"], r["counted_yuan"]) for r in sheet["lines"] if r["item_code"] == item]


def test_632_times_3_less_1894_is_2() -> None:
    sheet = sheet_of(Household([earner(1894), Person(), Person()], {"dibao_line_monthly_yuan": 632}))
    assert sheet["benefit_monthly_yuan"] == 2
    assert sheet["per_capita_yuan"] == Decimal("631.33")
    assert (sheet["gate_code"], sheet["difference_yuan"]) == ("dibao", Decimal("0.67"))


def test_the_chongqing_example_of_2021_is_508_yuan() -> None:
    by_name = {parameter.name: parameter for parameter in load_parameters(ROOT / "rules")}
    place = ("500152001001", "dibao", "urban")
    names = ("dibao_line_monthly_yuan", "employment_cost_share", "income_window_months", "benefit_step_yuan")
    policy = {name: value_for(by_name[name], place, date(2021, 6, 1), "demonstration").value for name in names}
    assert [policy[name] for name in names] == [636, Decimal("0.3"), 1, 1]
    sheet = sheet_of(Household([earner(2000), Person(), Person()], policy))
    assert lines(sheet, "declared") == [("counted", 2000, 2000)]
    assert lines(sheet, "employment_cost") == [("deduction", 2000, -600)]
    assert sheet["per_capita_yuan"] == Decimal("466.67")
    assert sheet["benefit_monthly_yuan"] == Decimal("508.00")


@pytest.mark.parametrize(("window", "counted"), [(1, 1050), (2, 2100), (6, 6250)])
def test_a_pension_rise_back_paid_to_january_goes_to_its_months(window: int, counted: int) -> None:
    pensioner = Person()
    pension = {"pension_kind_code": "employee", "state_code": "in_pay"}
    for months in range(12, 0, -1):
        standard = Decimal(1050 if months == 1 else 1000)
        told = {"belonging_month": back(months), "settlement_month": back(months), "standard_monthly_yuan": standard}
        pensioner.add("pension_payment", **pension, **told, item_code="standard")
    paid_back = {"belonging_month": date(2026, 1, 1), "settlement_month": back(1), "amount_yuan": Decimal(200)}
    pensioner.add("pension_payment", **pension, **paid_back, item_code="back_pay")
    rise = {"adjusted_month": date(2026, 1, 1), "back_paid_months": 4, "rise_monthly_yuan": Decimal(50)}
    pensioner.add("pension_adjustment", **rise, back_paid_yuan=Decimal(200))
    sheet = sheet_of(Household([pensioner], {"income_window_months": window}))
    assert sheet["income_total_yuan"] == counted
    assert sheet["complete"]


def test_a_severance_is_spread_in_whole_fen_over_the_months_it_was_calculated_on() -> None:
    told = {"item_code": "severance", "amount_once_yuan": Decimal(10000), "from_month": back(7), "to_month": back(1)}
    whole = sheet_of(Household([Person().add("declared_item", **told)], {"income_window_months": 6}))
    last = sheet_of(Household([Person().add("declared_item", **told)]))
    assert lines(last, "severance") == [("spread", 10000, Decimal("1428.58"))]
    assert lines(whole, "severance") == [("spread", 10000, Decimal("8571.43"))]
    over = {**told, "to_month": back(2)}
    assert lines(sheet_of(Household([Person().add("declared_item", **over)])), "severance") == []


def test_a_severance_without_months_covers_a_line_for_each_person_until_it_is_used_up() -> None:
    told = {"item_code": "severance", "amount_once_yuan": Decimal(2000), "from_month": back(2)}
    by_line = sheet_of(Household([Person().add("declared_item", **told)]))
    assert lines(by_line, "severance") == [("spread", 2000, 760)]
    unknown = sheet_of(Household([Person().add("declared_item", **told)], {"lump_sum_spreading": "calculated_months"}))
    assert lines(unknown, "severance") == [("question_only", 2000, None)]
    assert (unknown["complete"], unknown["gate_reason"]) == (False, "open_question")


@pytest.mark.parametrize("last", [None, back(2)])
def test_a_severance_of_which_nobody_can_read_when_it_began_only_asks(last: date | None) -> None:
    told = {"item_code": "severance", "amount_once_yuan": Decimal(2000), "from_month": None, "to_month": last}
    sheet = sheet_of(Household([Person().add("declared_item", **told)]))
    assert lines(sheet, "severance") == [("question_only", 2000, None)]
    assert (sheet["complete"], sheet["gate_reason"]) == (False, "open_question")


@pytest.mark.parametrize("window", [1, 6, 12])
def test_an_annual_tax_figure_never_yields_an_amount(window: int) -> None:
    row = {"income_year": 2025, "item_code": "wage", "income_annual_yuan": Decimal(36000)}
    sheet = sheet_of(Household([Person().add("annual_income", **row)], {"income_window_months": window}))
    assert lines(sheet, "wage") == [("question_only", 36000, None)]
    assert (sheet["income_total_yuan"], sheet["benefit_monthly_yuan"], sheet["gate_code"]) == (0, None, "unknown")


def test_what_was_stated_for_the_year_is_never_divided_either() -> None:
    told = {"item_code": "support", "amount_annual_yuan": Decimal(2400), "from_month": back(20)}
    sheet = sheet_of(Household([Person().add("declared_item", **told)]))
    assert lines(sheet, "declared_support") == [("question_only", 2400, None)]
    assert (sheet["complete"], sheet["gate_reason"]) == (False, "open_question")


def test_what_was_stated_for_a_year_that_nobody_can_read_asks_too() -> None:
    told = {"item_code": "support", "amount_annual_yuan": Decimal(2400), "from_month": None}
    sheet = sheet_of(Household([Person().add("declared_item", **told)]))
    assert lines(sheet, "declared_support") == [("question_only", 2400, None)]
    assert (sheet["complete"], sheet["gate_reason"]) == (False, "open_question")


def test_an_annual_bonus_of_120000_in_one_month_only_asks_though_two_voices_tell_of_the_job() -> None:
    person = with_fund(filed(filed(Person(), 2, 3, 4), 1, yuan=120000))
    sheet = sheet_of(Household([person]))
    assert lines(sheet, "large_month") == [("question_only", 120000, None)]
    assert (sheet["income_total_yuan"], sheet["complete"], sheet["benefit_monthly_yuan"]) == (0, False, None)
    year = sheet_of(
        Household([with_fund(filed(filed(Person(), 2, 3, 4), 1, yuan=120000))], {"income_window_months": 12})
    )
    assert year["income_total_yuan"] == 126000


def test_two_large_months_are_a_high_wage() -> None:
    sheet = sheet_of(Household([with_fund(filed(Person(), 1, 2, yuan=5000))]))
    assert (sheet["income_total_yuan"], sheet["gate_code"]) == (5000, "none")


def test_a_household_whose_authorisation_lapsed_yesterday_is_told_at_least() -> None:
    seen = earner(900)
    hidden = Person(hidden={("tax_withholding", 1), ("pension", 1), ("unemployment_benefit", 1), ("housing_fund", 0)})
    sheet = sheet_of(Household([seen, hidden]))
    assert (sheet["income_total_yuan"], sheet["per_capita_yuan"]) == (900, 450)
    assert (sheet["complete"], sheet["gate_code"], sheet["gate_reason"]) == (False, "unknown", "unseen")
    assert sheet["benefit_monthly_yuan"] is None
    unseen = [line["item_code"] for line in sheet["lines"] if not line["seen"]]
    assert sorted(unseen) == ["housing_fund", "pension", "tax_withholding", "unemployment_benefit"]


def test_what_is_seen_of_an_incomplete_sheet_may_close_every_gate_but_open_none() -> None:
    hidden = {("pension", 1)}
    assert sheet_of(Household([earner(5000), Person(hidden=hidden)]))["gate_code"] == "none"
    assert sheet_of(Household([earner(1600), Person(hidden=hidden)]))["gate_code"] == "unknown"
    assert sheet_of(Household([earner(100), Person(hidden=hidden)]))["gate_code"] == "unknown"


def test_one_voice_asks_and_leaves_the_sheet_open() -> None:
    sheet = sheet_of(Household([filed(Person(), 1, 2)]))
    assert lines(sheet, "one_voice") == [("question_only", 2000, None)]
    assert (sheet["income_total_yuan"], sheet["complete"], sheet["gate_reason"]) == (0, False, "open_question")


def test_one_voice_that_says_no_more_than_the_person_stated_leaves_nothing_open() -> None:
    assert sheet_of(Household([filed(earner(2000), 1, 2)]))["complete"]
    assert not sheet_of(Household([filed(earner(1999), 1, 2)]))["complete"]


def test_what_two_voices_tell_replaces_the_statement_in_either_direction() -> None:
    for stated in (900, 3000):
        sheet = sheet_of(Household([with_fund(filed(earner(stated), 1, 2, tax=15))]))
        assert lines(sheet, "declared") == [("superseded", stated, 0)]
        assert sheet["income_total_yuan"] == 1985


def test_a_contribution_base_at_the_floor_never_raises_what_was_stated() -> None:
    base = {"insurance_code": "employee_pension", "payer_code": "employer", "state_code": "paying", "paid": True}
    cleaner = earner(1800).add(
        "contribution", **base, pay_kind_code="normal", belonging_month=back(1), base_monthly_yuan=4150
    )
    sheet = sheet_of(Household([cleaner]))
    assert lines(sheet, "contribution") == [("question_only", 4150, None)]
    assert (sheet["income_total_yuan"], sheet["complete"]) == (1800, True)


def test_new_work_is_not_counted_for_its_months_up_to_the_cap() -> None:
    policy = {"disregard_months": 6, "disregard_line_multiple": 3}
    for begun, counted in ((1, 1220), (6, 1220), (7, 3500)):
        told = {"item_code": "wage", "from_month": back(begun), "amount_monthly_yuan": Decimal(3500)}
        household = Household([Person().add("declared_item", **told)], policy, approved=date(2025, 1, 5))
        assert sheet_of(household)["income_total_yuan"] == counted, begun
    older = Household([earner(3500)], policy, approved=date(2025, 1, 5))
    assert sheet_of(older)["income_total_yuan"] == 3500


def test_an_exempt_pension_stands_on_the_sheet_and_counts_for_nothing() -> None:
    told = {"belonging_month": back(1), "settlement_month": back(1), "standard_monthly_yuan": Decimal(180)}
    row = {"pension_kind_code": "resident", "state_code": "in_pay", "item_code": "standard", **told}
    exempt = sheet_of(Household([Person().add("pension_payment", **row)]))
    assert lines(exempt, "resident_pension") == [("exemption", 180, 0)]
    ended = sheet_of(Household([Person().add("pension_payment", **row)], {"exempt_income": "survivor_pension"}))
    assert lines(ended, "resident_pension") == [("counted", 180, 180)]


def test_a_pension_stated_under_another_heading_is_counted_once() -> None:
    told = {"belonging_month": back(1), "settlement_month": back(1), "standard_monthly_yuan": Decimal(1000)}
    row = {"pension_kind_code": "employee", "state_code": "in_pay", "item_code": "standard", **told}
    pensioner = Person().add("pension_payment", **row)
    pensioner.add("declared_item", item_code="support", amount_monthly_yuan=Decimal(980))
    sheet = sheet_of(Household([pensioner]))
    assert lines(sheet, "declared_support") == [("superseded", 980, 0)]
    assert sheet["income_total_yuan"] == 1000


def test_support_beside_a_stated_pension_is_support_though_it_is_as_much() -> None:
    told = {"belonging_month": back(1), "settlement_month": back(1), "standard_monthly_yuan": Decimal(1000)}
    row = {"pension_kind_code": "employee", "state_code": "in_pay", "item_code": "standard", **told}
    pensioner = Person().add("pension_payment", **row)
    for item in ("pension", "support"):
        pensioner.add("declared_item", item_code=item, amount_monthly_yuan=Decimal(1000))
    sheet = sheet_of(Household([pensioner]))
    assert lines(sheet, "declared_support") == [("counted", 1000, 1000)]
    assert lines(sheet, "declared_pension") == [("superseded", 1000, 0)]


@pytest.mark.parametrize(("yuan", "gate"), [(1140, "marginal"), (1141, "none")])
def test_the_marginal_limit_itself_is_within(yuan: int, gate: str) -> None:
    assert sheet_of(Household([earner(yuan)]))["gate_code"] == gate


def test_who_is_not_counted_takes_income_and_share_of_the_line_along() -> None:
    sheet = sheet_of(Household([earner(600), earner(9000, counted=False)]))
    assert (sheet["counted_persons"], sheet["income_total_yuan"], sheet["benefit_monthly_yuan"]) == (1, 600, 160)


def test_in_single_person_admission_only_the_covered_member_is_topped_up() -> None:
    sheet = sheet_of(Household([Person(), earner(600, covered=False)]))
    assert (sheet["covered_persons"], sheet["counted_persons"], sheet["benefit_monthly_yuan"]) == (1, 2, 460)


def test_where_nobody_is_counted_nothing_is_said() -> None:
    sheet = sheet_of(Household([Person(counted=False)]))
    assert (sheet["gate_code"], sheet["gate_reason"], sheet["per_capita_yuan"]) == ("unknown", "nobody_counted", None)


@pytest.mark.parametrize(
    ("yuan", "gate"), [(759, "dibao"), (760, "marginal"), (1000, "marginal"), (1001, "hardship"), (3200, "none")]
)
def test_the_gates_stand_in_their_order(yuan: int, gate: str) -> None:
    policy = {"marginal_cap_monthly_yuan": 1000, "hardship_income_limit_monthly_yuan": 3200}
    sheet = sheet_of(Household([earner(yuan)], policy))
    assert sheet["gate_code"] == gate
    assert (sheet["benefit_monthly_yuan"] > 0) == (gate == "dibao")


def test_a_window_that_is_no_whole_year_or_less_is_policys_to_mend() -> None:
    with pytest.raises(PolicyError, match=r"worksheet\.window"):
        sheet_of(Household([Person()], {"income_window_months": 13}))


def test_a_set_of_rules_without_the_worksheet_is_policys_to_mend(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"worksheet\.no_page"):
        demand_lawful_worksheet(tmp_path)


@pytest.mark.parametrize("weak", ["base_monthly_yuan", "income_annual_yuan", "income_period_yuan"])
def test_no_page_may_count_what_may_only_ask(weak: str) -> None:
    page = f"select wage as counted_yuan from a union all select cast({weak} as decimal(14, 2)) from b"  # noqa: S608
    with pytest.raises(DefectError, match=r"rule\.weak_amount"):
        demand_strong_amounts("worksheet/wages", parse(page), ("counted_yuan",))


def test_every_line_names_its_rows_and_the_parameters_it_rests_on() -> None:
    sheet = sheet_of(Household([with_fund(filed(earner(900), 1, 2))], {"employment_cost_share": "0.3"}))
    by_item = {line["item_code"]: line for line in sheet["lines"]}
    assert len(by_item["employer"]["evidence_row_keys"].split()) == 2
    assert "employment_cost_share-row" in by_item["employment_cost"]["parameter_rows"].split()
    assert "dibao_line_monthly_yuan-row" in sheet["parameter_rows"].split()
    assert [line["line_number"] for line in sheet["lines"]] == list(range(1, len(sheet["lines"]) + 1))


@pytest.mark.parametrize(
    ("enlisted", "counted"), [(date(2024, 6, 1), 1), (date(2024, 5, 31), 2), (date(2019, 9, 5), 2)]
)
def test_a_conscript_counts_again_once_the_two_years_of_service_are_over(enlisted: date, counted: int) -> None:
    sheet = sheet_of(Household([earner(400), Person(enlisted=enlisted)]))
    assert sheet["counted_persons"] == counted


def test_what_one_lives_on_after_the_term_of_service_is_asked_and_the_sheet_stays_open() -> None:
    sheet = sheet_of(Household([earner(400), Person(enlisted=date(2023, 9, 5))]))
    [asked] = [line for line in sheet["lines"] if line["item_code"] == "service_pay"]
    assert (asked["person_key"], asked["treatment_code"], asked["counted_yuan"]) == ("h0p1", "question_only", None)
    assert asked["evidence_row_keys"] == "hukou-000000000000:2"
    assert (sheet["gate_code"], sheet["gate_reason"]) == ("unknown", "open_question")
    assert sheet["benefit_monthly_yuan"] is None


def test_a_wage_stated_after_the_term_of_service_answers_what_one_lives_on() -> None:
    sheet = sheet_of(Household([earner(400), earner(500, enlisted=date(2023, 9, 5))]))
    assert (sheet["counted_persons"], sheet["gate_reason"]) == (2, "income")
    assert sheet["benefit_monthly_yuan"] == 620


def test_income_beyond_every_programme_is_so_however_the_discharged_live() -> None:
    rich = {"hardship_income_limit_monthly_yuan": 3200}
    sheet = sheet_of(Household([earner(9000), Person(enlisted=date(2023, 9, 5))], rich))
    assert (sheet["gate_code"], sheet["gate_reason"]) == ("none", "at_least")


def test_a_longer_term_of_service_keeps_the_conscript_out_when_the_same_night_is_asked_again() -> None:
    household = Household([earner(400), Person(enlisted=date(2024, 5, 31))])
    with worksheets([household]) as connection:
        connection.execute("update policy set conscript_service_months = 25").fetchall()
        reckon(connection, ROOT / "rules")
        assert rows_of(connection, "select counted_persons from worksheet") == [{"counted_persons": 1}]
