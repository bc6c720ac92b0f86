"""The town's golden questions: who is asked what, by name, as a page one reads in review."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tests.world.perfect_run import reckoned
from world.expected import RECKONINGS
from world.innocence import INSEPARABLE, SEPARABLE, innocent
from world.town import stories

ASKED = {
    "王桂芝": {"income/pension_not_declared": "eligibility"},
    "赵永福": {"income/pension_above_declared": "amount"},
    "孙建国": {
        "income/employment_not_declared": "eligibility",
        "income/wage_not_declared": "amount",
        "income/housing_fund_still_paid": "eligibility",
    },
    "徐海涛": {"income/employment_not_declared": "question", "income/wage_not_declared": "question"},
    "高桂英": {"income/wage_not_declared": "question"},
    "马德林": {"income/employment_not_declared": "question"},
    "罗成东": {"income/employment_not_declared": "question", "income/wage_not_declared": "question"},
    "宋立新": {"in_favour/declared_wage_ended": "favourable"},
    "谢志强": {"income/wage_above_declared": "amount", "income/housing_fund_still_paid": "eligibility"},
    "董桂荣": {"income/employment_not_declared": "question", "income/housing_fund_still_paid": "question"},
    "萧国栋": {
        "income/fiscal_unit_wage": "eligibility",
        "income/wage_not_declared": "amount",
        "income/housing_fund_still_paid": "eligibility",
    },
    "吴丽娟": {"in_favour/single_person_may_be_admitted": "favourable"},
    "曹明": {"income/self_employed_income_not_declared": "eligibility"},
    "邓永生": {"property/vehicle_not_declared": "question"},
    "许桂琴": {"property/vehicle_not_declared": "question"},
    "傅长明": {"property/vehicle_not_declared": "information"},
    "沈林": {"property/vehicle_in_commercial_use": "eligibility"},
    "彭军": {"property/new_vehicle_during_spell": "eligibility"},
    "吕凤英": {"existence/paid_after_death": "urgent"},
    "苏德山": {"existence/paid_after_death": "eligibility"},
    "蔡勇": {"existence/hukou_moved_out": "eligibility"},
    "丁宁": {"existence/hukou_moved_out": "eligibility"},
    "叶芳": {"existence/person_in_two_cases": "eligibility"},
    "余海生": {"existence/invalid_roster_id": "information"},
    "汪桂香": {"process/member_without_authorisation": "question"},
    "魏帅": {"household/conscript_counted": "question"},
    "毛大军": {"household/member_in_prison_counted": "question"},
    "龚志明": {"income/unemployment_benefit_not_declared": "amount"},
    "江美华": {"in_favour/unemployment_benefit_ended": "favourable"},
    "史桂芳": {"in_favour/pension_stopped": "favourable"},
    "田晓东": {"income/employment_not_declared": "information", "income/wage_not_declared": "information"},
}
ASKED_AS_A_WHOLE = {
    ("潘美玲", "in_favour/approved_but_unpaid", "favourable"),
    ("孟宪才", "payment/one_account_for_several_households", "urgent"),
    ("贺春香", "payment/paid_twice_in_a_month", "question"),
    ("侯建军", "process/review_overdue", "question"),
    ("江美华", "process/approved_without_artefacts", "question"),
    ("王桂芝", "household/per_capita_above_line", "eligibility"),
    ("王桂芝", "in_favour/above_line_may_be_marginal", "favourable"),
    ("赵永福", "household/per_capita_above_line", "eligibility"),
    ("赵永福", "in_favour/above_line_may_be_marginal", "favourable"),
    ("孙建国", "household/per_capita_above_line", "eligibility"),
    ("孙建国", "in_favour/above_line_may_be_marginal", "favourable"),
    ("谢志强", "household/per_capita_above_line", "eligibility"),
    ("谢志强", "in_favour/above_line_may_be_marginal", "favourable"),
    ("萧国栋", "household/per_capita_above_line", "eligibility"),
    ("萧国栋", "in_favour/above_line_may_be_marginal", "favourable"),
    ("龚志明", "household/per_capita_above_line", "eligibility"),
    ("龚志明", "in_favour/above_line_may_be_marginal", "favourable"),
    ("余秀梅", "household/per_capita_above_line", "eligibility"),
    ("余秀梅", "in_favour/above_line_may_be_marginal", "favourable"),
    ("穆兰", "payment/wrong_amount", "favourable"),
    ("纪兰芝", "payment/wrong_amount", "amount"),
    ("祁桂香", "payment/wrong_amount", "favourable"),
    ("麻立强", "household/gradual_exit_ended", "eligibility"),
    ("麻立强", "in_favour/above_line_may_be_marginal", "favourable"),
    ("祝红", "household/per_capita_above_line", "information"),
    ("祝红", "in_favour/above_line_may_be_marginal", "favourable"),
}


def _asked(town: Path) -> pl.DataFrame:
    names = pl.read_parquet(town / "truth" / "persons.parquet").select("world_person_id", "name")
    return reckoned(town / "truth").join(names, on="world_person_id", how="left")


def test_everyone_in_town_is_asked_what_their_story_asks_for_and_nobody_else(town: Path) -> None:
    people = _asked(town).filter(pl.col("world_person_id").is_not_null())
    found: dict[str, dict[str, str]] = {}
    for name, rule, severity in people.select("name", "rule", "severity").iter_rows():
        found.setdefault(name, {})[rule] = severity
    assert found == ASKED


def test_households_are_asked_about_as_a_whole_what_their_story_asks_for_and_nothing_else(town: Path) -> None:
    households = _asked(town).filter(pl.col("world_person_id").is_null())
    members = pl.read_parquet(town / "truth" / "members.parquet").filter(pl.col("relation_code") == "head")
    names = pl.read_parquet(town / "truth" / "persons.parquet").select("world_person_id", "name")
    heads = members.join(names, on="world_person_id").select("world_household_id", head="name")
    told = households.join(heads, on="world_household_id").select("head", "rule", "severity").rows()
    assert sorted(told) == sorted(ASKED_AS_A_WHOLE)


def test_every_rule_is_met_in_town(town: Path) -> None:
    assert set(_asked(town)["rule"]) == set(RECKONINGS)


def test_both_kinds_of_innocence_live_in_town_and_the_separable_are_never_asked_above_information(town: Path) -> None:
    asked = _asked(town)
    separable = asked.join(innocent(town / "truth", SEPARABLE), on=["rule", "world_person_id"])
    inseparable = asked.join(innocent(town / "truth", INSEPARABLE), on=["rule", "world_person_id"])
    assert set(separable["severity"]) == {"information"}
    assert set(inseparable["severity"]) == {"question"}
    assert inseparable["circumstance"].n_unique() == 4


def test_every_story_is_told_in_both_languages() -> None:
    assert all(story["story"]["zh"] and story["story"]["en"] for story in stories())
    assert 30 <= len(stories()) <= 60
