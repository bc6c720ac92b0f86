"""Who should have been asked about income, and how gravely: one voice asks, two voices say."""

from __future__ import annotations

import polars as pl

from core.moment import add_months
from world.reckoning.existence import WHO
from world.reckoning.knowable import Known, newest
from world.reckoning.policy import Policy


def declared(known: Known, *items: str) -> pl.DataFrame:
    """What each subject declared under these headings, per month; null where only a year's sum was given."""
    in_force = (pl.col("from_month") <= known.as_of_month) & (
        pl.col("to_month").is_null() | (pl.col("to_month") >= known.as_of_month)
    )
    own = _own(known, in_force & pl.col("item_code").is_in(items))
    whole = pl.col("amount_monthly_yuan").is_not_null().all()
    return own.group_by(WHO).agg(declared_yuan=pl.when(whole).then(pl.col("amount_monthly_yuan").sum()))


def _own(known: Known, which: pl.Expr) -> pl.DataFrame:
    """The lines of the newest declaration of each subject, in the case the person declared in."""
    found = newest(known.delivered["declaration"]).filter(which)
    numbers = known.delivered["roster"].select("case_number", "world_person_id").unique()
    mine = found.join(numbers, on=["case_number", "world_person_id"]).join(
        known.subjects.select(WHO), on="world_person_id"
    )
    return mine.join(_first_cases(known), on=WHO, how="semi")


def _now(rows: pl.DataFrame, known: Known, month: str) -> pl.DataFrame:
    """The rows but those of a month for which the person declared a wage that has ended since."""
    ended = _own(known, (pl.col("item_code") == "wage") & (pl.col("to_month") < known.as_of_month))
    spans = ended.select(*WHO, began="from_month", ended="to_month")
    within = rows.join(spans, on=WHO).filter(pl.col(month).is_between("began", "ended"))
    return rows.join(within.select(*WHO, month).unique(), on=[*WHO, month], how="anti")


def _first_cases(known: Known) -> pl.DataFrame:
    """The case a person declared in: where the declaration's case number stands."""
    declared_in = newest(known.delivered["declaration"]).select("case_number", "world_person_id").unique()
    roster = known.delivered["roster"].select("case_number", "world_person_id", "belongs_to").unique()
    latest = roster.filter(pl.col("belongs_to") == pl.col("belongs_to").max())
    named = latest.join(declared_in, on=["case_number", "world_person_id"])
    households = known.members.select("world_person_id", "world_household_id").join(
        latest.select("world_person_id", "case_number"), on="world_person_id"
    )
    cases = households.group_by("case_number").agg(pl.col("world_household_id").mode().first())
    return named.join(cases, on="case_number").select("world_household_id", "world_person_id").unique()


def taxed(known: Known, policy: Policy) -> pl.DataFrame:
    """Wage and labour income by payer and month of the window."""
    window = known.window(int(policy.number("window_months")))
    rows = known.of("tax_withholding").filter(
        pl.col("item_code").is_in(["wage", "labour"]) & pl.col("income_month").is_in(window)
    )
    wage = pl.col("income_yuan").filter(pl.col("item_code") == "wage").sum()
    summed = rows.group_by(*WHO, "payer_uscc", "income_month").agg(yuan=pl.col("income_yuan").sum(), wage_yuan=wage)
    return summed.filter(pl.col("yuan") > 0)


def live_fund(known: Known, policy: Policy) -> pl.DataFrame:
    """Fund accounts that are paid into now, with the wage they imply."""
    freshest = add_months(known.as_of_month, -int(policy.number("fund_fresh_months")))
    rows = newest(known.of("housing_fund")).filter(
        (pl.col("account_state_code") == "normal") & (pl.col("paid_through_month") >= freshest)
    )
    implied = (pl.col("person_deposit_monthly_yuan") / pl.col("person_rate")).round(2)
    return rows.select(*WHO, "employer_uscc", "paid_through_month", "in_grace", implied=implied)


def confirmed(known: Known, policy: Policy) -> pl.DataFrame:
    """Employers with two voices: a live fund account and tax wages in enough months."""
    enough = policy.number("tax_months")
    wages = (
        taxed(known, policy)
        .filter(pl.col("wage_yuan") > 0)
        .group_by(*WHO, "payer_uscc")
        .agg(months=pl.col("income_month").n_unique())
    )
    return wages.filter(pl.col("months") >= enough).join(
        live_fund(known, policy), left_on=[*WHO, "payer_uscc"], right_on=[*WHO, "employer_uscc"], how="semi"
    )


def insured(known: Known, policy: Policy, source: str, insurance: str) -> pl.DataFrame:
    """Months of the window for which an employer paid this pension insurance, by employer."""
    window = known.window(int(policy.number("window_months")))
    return known.of(source).filter(
        (pl.col("insurance_code") == insurance)
        & (pl.col("payer_code") == "employer")
        & (pl.col("state_code") == "paying")
        & pl.col("paid")
        & pl.col("pay_kind_code").is_in(["normal", "back_pay"])
        & pl.col("belonging_month").is_in(window)
    )


def _job(known: Known, policy: Policy, source: str, insurance: str) -> pl.DataFrame:
    months = (
        _now(insured(known, policy, source, insurance), known, "belonging_month")
        .group_by(*WHO, "in_grace")
        .agg(months=pl.col("belonging_month").n_unique(), employers=pl.col("employer_uscc").unique())
    )
    enough = months.filter(pl.col("months") >= policy.number("employment_months"))
    return enough.join(declared(known, "wage"), on=WHO, how="anti")


def employment_not_declared(known: Known, policy: Policy) -> pl.DataFrame:
    """Insured by an employer month after month, no wage declared."""
    asked = _job(known, policy, "contribution", "employee_pension")
    two = asked.explode("employers").join(
        confirmed(known, policy), left_on=[*WHO, "employers"], right_on=[*WHO, "payer_uscc"], how="semi"
    )
    return _graded(asked, two.select(WHO).unique(), "eligibility")


def fiscal_unit_wage(known: Known, policy: Policy) -> pl.DataFrame:
    """Insured as staff of a public institution, no wage declared."""
    asked = _job(known, policy, "institution_contribution", "institution_pension")
    return asked.select(*WHO, severity=pl.when("in_grace").then(pl.lit("information")).otherwise(pl.lit("eligibility")))


def _graded(asked: pl.DataFrame, two_voices: pl.DataFrame, said: str) -> pl.DataFrame:
    marked = asked.join(two_voices.with_columns(two=True), on=WHO, how="left")
    severity = (
        pl.when("in_grace")
        .then(pl.lit("information"))
        .when(pl.col("two").fill_null(False))
        .then(pl.lit(said))
        .otherwise(pl.lit("question"))
    )
    return marked.select(*WHO, severity=severity).unique()


def wage_not_declared(known: Known, policy: Policy) -> pl.DataFrame:
    """Wages filed in several months, or one very large one, no wage declared."""
    enough = int(policy.number("tax_months"))
    subject = known.subjects.select(*WHO, "in_grace", "covered_person_count", "region_code")
    filed = _now(taxed(known, policy), known, "income_month")
    by_month = filed.group_by(*WHO, "income_month").agg(pl.col("yuan").sum())
    total = by_month.group_by(WHO).agg(months=pl.len(), largest=pl.col("yuan").max()).join(subject, on=WHO)
    line = policy.by_region("dibao_line_monthly_yuan", total["region_code"])
    very_large = pl.col("largest") > policy.number("large_month_multiple") * line * pl.col("covered_person_count")
    asked = total.filter((pl.col("months") >= enough) | very_large).join(declared(known, "wage"), on=WHO, how="anti")
    sure = filed.join(confirmed(known, policy), on=[*WHO, "payer_uscc"], how="semi")
    two = sure.group_by(WHO).agg(months=pl.col("income_month").n_unique()).filter(pl.col("months") >= enough)
    return _graded(asked, two.select(WHO), "amount")


def wage_above_declared(known: Known, policy: Policy) -> pl.DataFrame:
    """By the best evidence there is, more than declared in enough months."""
    place = int(policy.number("wage_months"))
    by_payer = _now(taxed(known, policy), known, "income_month")
    sure = by_payer.join(confirmed(known, policy), on=[*WHO, "payer_uscc"], how="anti").select(WHO).unique()
    filed = by_payer.group_by(*WHO, "income_month").agg(pl.col("yuan").sum()).select(*WHO, "yuan", level=pl.lit(2))
    insured_by = pl.concat(
        [
            _now(insured(known, policy, source, kind), known, "belonging_month")
            for source, kind in (
                ("contribution", "employee_pension"),
                ("institution_contribution", "institution_pension"),
            )
        ],
        how="diagonal",
    )
    told = (
        insured_by.filter(pl.col("wage_monthly_yuan").is_not_null())
        .group_by(*WHO, "belonging_month", "employer_uscc")
        .agg(pl.col("wage_monthly_yuan").max())
    )
    told = (
        told.group_by(*WHO, "belonging_month")
        .agg(yuan=pl.col("wage_monthly_yuan").sum())
        .select(*WHO, "yuan", level=pl.lit(3))
    )
    window = pl.DataFrame({"month": known.window(int(policy.number("window_months")))})
    fund = live_fund(known, policy).join(window, how="cross").filter(pl.col("month") <= pl.col("paid_through_month"))
    fund = _now(fund, known, "month")
    fund = fund.group_by(*WHO, "month").agg(yuan=pl.col("implied").max()).select(*WHO, "yuan", level=pl.lit(4))
    told_months = pl.concat([part.with_columns(pl.col("yuan").cast(pl.Float64)) for part in (filed, told, fund)])
    best = told_months.filter(pl.col("level") == pl.col("level").min().over(WHO))
    reached = (
        best.sort("yuan", descending=True)
        .group_by(*WHO, "level", maintain_order=True)
        .agg(months=pl.len(), reached=pl.col("yuan").get(place - 1, null_on_oob=True))
    )
    own = declared(known, "wage").with_columns(pl.col("declared_yuan").cast(pl.Float64))
    above = reached.join(own, on=WHO).filter(pl.col("reached") > _beyond(policy, "wage", pl.col("declared_yuan")))
    asked = above.join(known.subjects.select(*WHO, "in_grace"), on=WHO)
    two = asked.filter(pl.col("level") == 2).join(sure, on=WHO, how="anti")
    return _graded(asked, two.select(WHO), "amount")


def _beyond(policy: Policy, what: str, declared_yuan: pl.Expr) -> pl.Expr:
    least = pl.lit(policy.number(f"{what}_tolerance_yuan"))
    return declared_yuan + pl.max_horizontal(least, declared_yuan * policy.number(f"{what}_tolerance_share"))


def housing_fund_still_paid(known: Known, policy: Policy) -> pl.DataFrame:
    """A live account implies more than the declared wage."""
    own = declared(known, "wage").with_columns(pl.col("declared_yuan").cast(pl.Float64), told=pl.lit(True))
    accounts = _now(live_fund(known, policy), known, "paid_through_month").join(own, on=WHO, how="left")
    comparable = accounts.with_columns(
        pl.when(pl.col("told").is_null()).then(0.0).otherwise("declared_yuan").alias("declared_yuan")
    )
    asked = comparable.filter(pl.col("implied").cast(pl.Float64) > _beyond(policy, "wage", pl.col("declared_yuan")))
    two = asked.join(
        confirmed(known, policy), left_on=[*WHO, "employer_uscc"], right_on=[*WHO, "payer_uscc"], how="semi"
    )
    return _graded(asked, two.select(WHO).unique(), "eligibility")


def self_employed_income_not_declared(known: Known, policy: Policy) -> pl.DataFrame:
    """An open business that filed income, none declared in the household."""
    oldest = add_months(known.as_of_month, -int(policy.number("business_fresh_months")))
    filed = newest(known.of("self_employed")).filter(
        (pl.col("state_code") == "open") & (pl.col("to_month") >= oldest) & (pl.col("income_period_yuan") > 0)
    )
    asked = filed.join(declared(known, "business"), on="world_household_id", how="anti")
    earned = (pl.col("period_code") == "quarter") & ~pl.col("assessed")
    return (
        asked.group_by(WHO)
        .agg(earned=earned.any())
        .select(*WHO, severity=pl.when("earned").then(pl.lit("eligibility")).otherwise(pl.lit("question")))
    )


def declared_wage_ended(known: Known, policy: Policy) -> pl.DataFrame:
    """A declared wage that left no trace for months, though every month was looked at, and had left one before."""
    ended = int(policy.number("ended_months"))
    silent = known.window(ended)
    if not all(
        set(silent) <= known.months[source]
        for source in ("tax_withholding", "contribution", "institution_contribution")
    ):
        return known.subjects.head(0).select(*WHO, severity=pl.lit("favourable"))
    before = _traces(known, damaged_too=False).filter(pl.col("month") < silent[-1]).select(WHO).unique()
    since = _traces(known, damaged_too=True).filter(pl.col("month") >= silent[-1])
    last = before.join(since, on=WHO, how="anti")
    allowed = known.subjects.filter(
        pl.col("allowed").list.contains("tax_withholding") & pl.col("allowed").list.contains("contribution")
    )
    asked = last.join(declared(known, "wage"), on=WHO, how="semi").join(allowed, on=WHO, how="semi")
    return asked.select(*WHO, severity=pl.lit("favourable"))


def _traces(known: Known, *, damaged_too: bool) -> pl.DataFrame:
    """Months in which work left a trace: taxed wages, or a pension contribution an employer paid."""
    taxed_months = known.of("tax_withholding", damaged_too=damaged_too).filter(
        pl.col("item_code").is_in(["wage", "labour"]) & (pl.col("income_yuan") > 0)
    )
    found = [taxed_months.select(*WHO, month="income_month")]
    for source, kind in (("contribution", "employee_pension"), ("institution_contribution", "institution_pension")):
        rows = known.of(source, damaged_too=damaged_too)
        paid = rows.filter((pl.col("insurance_code") == kind) & (pl.col("payer_code") == "employer") & pl.col("paid"))
        found.append(paid.select(*WHO, month="belonging_month"))
    return pl.concat(found)
