"""What offices pay in the invented town: what follows from the declarations, but where a story says otherwise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.world.perfect_run import AS_OF, PARAMETERS, reckoned, used_deliveries
from world.innocence import innocent_households
from world.law import line_before, line_on
from world.reckoning.household import sheets
from world.reckoning.knowable import known
from world.reckoning.policy import Policy, read_rows


@pytest.fixture(scope="module")
def paid(town: Path) -> dict[str, list[float]]:
    """What arrived month by month, by the head's name."""
    truth = town / "truth"
    numbers = pl.read_parquet(truth / "households.parquet").select("world_household_id", "case_number")
    names = pl.read_parquet(truth / "persons.parquet").select("world_person_id", "name")
    heads = (
        pl.read_parquet(truth / "members.parquet")
        .filter(pl.col("relation_code") == "head")
        .join(names, on="world_person_id")
    )
    payments = pl.read_parquet(truth / "facts_payroll.parquet").join(numbers, on="case_number")
    told = payments.join(heads, on="world_household_id").sort("payment_month", "paid_date")
    return dict(told.group_by("name", maintain_order=True).agg("amount_yuan").iter_rows())


def test_an_office_pays_the_line_for_everyone_counted_less_what_was_declared(paid: dict[str, list[float]]) -> None:
    assert paid["孟宪才"][-1] == 760  # nothing declared, one person
    assert paid["魏东"][-1] == 3 * 760
    assert paid["江美华"][-1] == 760 - 520  # her benefit
    assert paid["石秀珍"][-1] in range(760 - 620, 760 - 620 + 9)  # her pension, told almost to the yuan


def test_the_cost_of_working_is_taken_off_a_declared_wage_before_it_counts(paid: dict[str, list[float]]) -> None:
    assert paid["谢志强"][-1] == 2 * 760 - 1500 * 4 // 5


def test_a_resident_pension_and_the_first_months_of_new_work_do_not_lower_the_benefit(
    paid: dict[str, list[float]],
) -> None:
    assert paid["罗成东"][-1] == 2 * 760
    assert paid["鲍丽"][-1] > 760 - 2400 * 4 // 5 + 2 * 760 - 60
    assert paid["鲍丽"][-1] < 760


def test_a_quarterly_payroll_pays_three_months_at_once(paid: dict[str, list[float]]) -> None:
    assert paid["杜福贵"] == [3 * 760, 3 * 760]


def test_errors_of_offices_are_what_their_stories_say(paid: dict[str, list[float]]) -> None:
    assert paid["穆兰"][-1] == 3 * 760 - 200
    assert paid["纪兰芝"][-1] == 2 * 760 + 150
    assert paid["祁桂香"][-1] == line_before(AS_OF) == 720
    assert paid["强生"][-1] == 715  # 711.20 is 712 in whole yuan, and 715 in fives
    assert paid["蓝秀"] == [640] * 5 + [760]
    assert paid["麻立强"][-1] == 760  # nobody acted on the declared wage when the exit ended


def test_the_line_of_a_day_is_the_one_in_force_then() -> None:
    assert (line_on(date(2025, 6, 30)), line_on(date(2025, 7, 1))) == (720, 760)


def test_offices_and_the_law_agree_wherever_nothing_but_the_declarations_is_known(town: Path) -> None:
    truth = town / "truth"
    facts = known(truth, used_deliveries(truth), AS_OF, sure_only=False)
    households = sheets(facts, Policy(read_rows(PARAMETERS), AS_OF))
    awards = pl.read_parquet(truth / "households.parquet").select("world_household_id", "benefit_monthly_yuan")
    stories = pl.read_parquet(truth / "amounts.parquet")["world_household_id"].to_list()
    compared = 0
    for household, yuan in awards.iter_rows():
        told = households[household]
        alone = told.everyone_counts and told.sheet.complete and told.sheet.gate == "dibao" and not told.sheet.replaced
        if alone and household not in stories and told.grace_until is None:
            assert told.sheet.benefit == yuan, household
            compared += 1
    assert compared > 20


def test_households_that_only_look_as_if_they_were_paid_wrongly_or_lived_above_the_line_are_not_asked(
    town: Path,
) -> None:
    asked = reckoned(town / "truth").filter(~pl.col("severity").is_in(["information", "favourable"]))
    innocent = innocent_households(town / "truth")
    assert {"amount_rounded_up_to_five", "amount_put_right_in_june"} <= set(innocent["circumstance"])
    assert asked.join(innocent, on=["rule", "world_household_id"]).is_empty()
