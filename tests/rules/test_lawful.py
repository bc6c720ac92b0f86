"""What no page may do, whatever its author meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest

from core.errors import DefectError, PolicyError
from core.settings import ROOT
from rules.card import Card, Severity, Words
from rules.doubt import Doubt
from rules.lawful import DELIVERED_TABLES, demand_lawful, demand_lawful_doubt, demand_lawful_term
from rules.page_faults import page_faults
from rules.pages import Page, Term, load_pages, load_terms, terms_of
from rules.question import ask_page, finding_key
from rules.reading import tables_read
from sources.card import load_cards
from tests.rules.test_door import rules_folder

PAGES = {page.name: page for page in load_pages(ROOT / "rules")}
TERMS = load_terms(ROOT / "rules")
ABOVE = PAGES["income/pension_above_declared"]


def test_every_page_and_term_is_lawful_and_portable() -> None:
    assert page_faults(ROOT / "rules") == []


UNLAWFUL = [
    ("rule.reads_what_it_may_not", "select * from vehicle_any_grade"),
    ("rule.reads_what_it_may_not", "select * from identity_queue"),
    ("rule.mixes_periods", "select income_annual_yuan / 12 as found_yuan from annual_income"),
    ("rule.mixes_periods", "select 1 from withheld_income, annual_income where income_yuan > income_annual_yuan"),
    ("rule.mixes_periods", "select income_period_yuan as business_monthly_yuan from self_employed"),
    ("rule.mixes_periods", "select 1 from vehicle join payment using (person_key) where price_yuan < amount_yuan"),
    ("rule.weak_amount", "select wage_monthly_yuan as found_yuan from contribution"),
    ("rule.weak_amount", "select base_monthly_yuan as found_yuan from contribution"),
    (
        "rule.weak_amount",
        "with f as (select person_deposit_monthly_yuan * 8 as implied_monthly_yuan from fund_account) "
        "select max(implied_monthly_yuan) as found_yuan from f",
    ),
    (
        "rule.weak_amount",
        "with t as (select income_yuan as t_monthly_yuan from withheld_income union all "
        "select wage_monthly_yuan from contribution) select t_monthly_yuan as found_yuan from t",
    ),
    ("rule.weak_amount", "select case when paid then wage_monthly_yuan end as declared_yuan from contribution"),
]


@pytest.mark.parametrize(("code", "sql"), UNLAWFUL)
def test_a_page_that_breaks_the_law_is_refused(code: str, sql: str) -> None:
    card = ABOVE.card.model_copy(update={"parameters": [], "needs": [ABOVE.card.needs[0]]})
    with pytest.raises(DefectError) as raised:
        demand_lawful(replace(ABOVE, sql=sql, card=card), TERMS)
    assert raised.value.code == code


def test_weak_evidence_may_stand_in_a_condition() -> None:
    card = ABOVE.card.model_copy(update={"parameters": [], "needs": [ABOVE.card.needs[0]]})
    sql = "select case when wage_monthly_yuan > 5 then income_yuan end as found_yuan from withheld_income, contribution"
    demand_lawful(replace(ABOVE, sql=sql, card=card), TERMS)


def test_a_term_may_not_read_ungraded_rows_either() -> None:
    with pytest.raises(DefectError):
        demand_lawful_term(Term("loose", "select * from vehicle_any_grade"), TERMS)


def test_a_word_of_what_is_perhaps_so_serves_doubts_and_no_page_or_other_term() -> None:
    perhaps = Term("perhaps_driven", "select * from vehicle_perhaps")
    demand_lawful_term(perhaps, TERMS)
    card = ABOVE.card.model_copy(update={"parameters": [], "needs": [ABOVE.card.needs[0]]})
    for refuse in (
        lambda: demand_lawful_term(Term("driven", "select * from perhaps_driven"), [*TERMS, perhaps]),
        lambda: demand_lawful(replace(ABOVE, sql="select * from perhaps_driven", card=card), [*TERMS, perhaps]),
        lambda: demand_lawful(replace(ABOVE, sql="select * from vehicle_perhaps", card=card), TERMS),
    ):
        with pytest.raises(DefectError) as raised:
            refuse()
        assert raised.value.code == "rule.reads_what_it_may_not"


@pytest.mark.parametrize(
    ("code", "sql"),
    [
        ("rule.reads_what_it_may_not", "select household_key, person_key from asked join vehicle_any_grade using (x)"),
        ("rule.doubt_is_no_doubt", "select household_key, person_key from vehicle_perhaps"),
        ("rule.doubt_is_no_doubt", "select household_key, person_key, 'urgent' as severity from asked"),
        ("rule.mixes_periods", "select household_key, person_key from asked where income_yuan > income_annual_yuan"),
    ],
)
def test_a_doubt_names_subjects_among_those_asked_and_nothing_else(code: str, sql: str) -> None:
    words = Words(zh="可能", en="perhaps")
    demand_lawful_doubt(Doubt("one", "select household_key, person_key from asked join vehicle_perhaps", words), TERMS)
    with pytest.raises(DefectError) as raised:
        demand_lawful_doubt(Doubt("one", sql, words), TERMS)
    assert raised.value.code == code


@pytest.mark.parametrize("severity", get_args(Severity))
def test_whatever_a_doubt_names_it_can_only_lower_the_question(severity: str) -> None:
    gravity = ABOVE.card.severity.model_copy(update={"default": severity, "allowed": [severity]})
    card = ABOVE.card.model_copy(update={"severity": gravity, "sentence": Words(zh="未申报", en="not declared")})
    words = Words(zh="可能已经申报", en="perhaps declared")
    doubt = Doubt("all", "select household_key, person_key from asked", words)
    amounts = {} if severity == "amount" else {"declared_yuan": None, "found_yuan": None, "amount_period": None}
    [finding] = asking({"severity": severity, **amounts}, card=card, doubts=(doubt,))
    lowered = severity not in ("information", "favourable")
    assert finding["severity"] == ("information" if lowered else severity)
    assert (finding["sentence_zh"] == "可能已经申报") == lowered
    assert (finding["found_yuan"], finding["difference_yuan"], finding["amount_period"]) == (None, None, None)


def test_a_card_that_can_be_doubted_allows_information_and_calls_its_severity_news(tmp_path: Path) -> None:
    for line in ("  - information\n", "  severity: exact\n"):
        folder = rules_folder(
            tmp_path / line.strip(" -:\n").split(":")[0],
            "income/pension_above_declared.yml",
            lambda text, line=line: text.replace(line, ""),
        )
        with pytest.raises(PolicyError) as raised:
            load_pages(folder)
        assert raised.value.code == "rule.card"


def test_a_doubt_without_a_sentence_and_a_card_that_names_no_doubt_there_is_are_refused(tmp_path: Path) -> None:
    folder = rules_folder(
        tmp_path, "existence/hukou_moved_out.yml", lambda text: text.replace("- perhaps_still", "- surely_still")
    )
    with pytest.raises(PolicyError) as raised:
        load_pages(folder)
    assert raised.value.code == "rule.doubt"
    (folder / "doubts" / "perhaps_still_registered.yml").unlink()
    with pytest.raises(PolicyError) as raised:
        load_pages(folder)
    assert raised.value.code == "rule.doubt"


def test_a_card_that_forgets_a_parameter_is_refused() -> None:
    card = ABOVE.card.model_copy(update={"parameters": ABOVE.card.parameters[:-1]})
    with pytest.raises(DefectError) as raised:
        demand_lawful(replace(ABOVE, card=card), TERMS)
    assert raised.value.code == "rule.parameters"


GOOD: dict[str, Any] = {
    "household_key": "h1",
    "person_key": "p1",
    "belonging_month": date(2026, 5, 1),
    "declared_yuan": Decimal("100"),
    "found_yuan": Decimal("900"),
    "amount_period": "month",
    "period_from": date(2026, 5, 1),
    "period_to": date(2026, 5, 31),
    "severity": "amount",
    "match_grade": "A",
    "evidence_row_keys": "pension-1:2",
}


def asking(*rows: dict[str, Any], card: Card = ABOVE.card, doubts: tuple[Doubt, ...] = ()) -> list[dict[str, Any]]:
    """What the engine makes of rows a page selects."""
    parts = []
    for row in rows:
        values = {**GOOD, **row}
        parts.append(", ".join(f"{_literal(value)} as {name}" for name, value in values.items()))
    sql = " union all ".join(f"select {part}" for part in parts)
    with duckdb.connect() as connection:
        return ask_page(connection, Page("test/page", card, sql, "v1", doubts))


def _literal(value: object) -> str:
    if value is None:
        return "null"
    return (
        f"date '{value}'"
        if isinstance(value, date)
        else f"'{value}'"
        if isinstance(value, str)
        else f"{value}::decimal(14,2)"
    )


def test_a_lawful_row_becomes_a_finding() -> None:
    [finding] = asking({})
    assert finding["difference_yuan"] == Decimal("800.00")
    assert finding["material"] == '{"declared_yuan": "100.00", "found_yuan": "900.00", "severity": "amount"}'


@pytest.mark.parametrize("grade", ["C", "D", "E", None, ""])
def test_only_sure_matches_raise_a_question(grade: str | None) -> None:
    with pytest.raises(DefectError) as raised:
        asking({"match_grade": grade})
    assert raised.value.code == "rule.grade"


@pytest.mark.parametrize("grade", ["A", "B", "H"])
def test_the_three_grades_of_a_finding(grade: str) -> None:
    assert asking({"match_grade": grade})[0]["match_grade"] == grade


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("rule.severity", {"severity": "urgent"}),
        ("rule.severity", {"severity": "fraud"}),
        ("rule.amount_without_period", {"amount_period": None}),
        ("rule.amount_without_period", {"found_yuan": None, "amount_period": None}),
        ("rule.amount_without_period", {"found_yuan": None}),
        ("rule.period", {"amount_period": "year"}),
        ("rule.subject", {"person_key": None}),
        ("rule.subject", {"household_key": None}),
        ("rule.period_of_facts", {"period_from": None}),
        ("rule.period_of_facts", {"period_to": date(2026, 4, 30)}),
        ("rule.no_evidence", {"evidence_row_keys": " "}),
        ("rule.no_evidence", {"evidence_row_keys": None}),
        ("rule.sentence", {"belonging_month": None}),
    ],
)
def test_a_row_that_breaks_the_law_is_refused(code: str, change: dict[str, Any]) -> None:
    with pytest.raises(DefectError) as raised:
        asking(change)
    assert raised.value.code == code


@pytest.mark.parametrize("amounts", [{"found_yuan": None}, {"declared_yuan": None}, {}])
def test_a_question_never_carries_an_amount(amounts: dict[str, Any]) -> None:
    gravity = ABOVE.card.severity.model_copy(update={"default": "question", "allowed": ["question"]})
    with pytest.raises(DefectError) as raised:
        asking({"severity": "question", **amounts}, card=ABOVE.card.model_copy(update={"severity": gravity}))
    assert raised.value.code == "rule.question_with_amount"


def test_the_same_question_twice_is_refused() -> None:
    with pytest.raises(DefectError) as raised:
        asking({}, {"found_yuan": Decimal("901")})
    assert raised.value.code == "rule.same_question_twice"


def test_a_page_that_forgets_a_column_is_refused() -> None:
    with duckdb.connect() as connection, pytest.raises(DefectError) as raised:
        ask_page(connection, Page("test/page", ABOVE.card, "select 'h1' as household_key", "v1"))
    assert raised.value.code == "rule.owes_columns"


def test_the_key_is_the_same_question_tomorrow_and_another_for_another_subject_or_identity() -> None:
    key = finding_key("R-X-01", "h1", "p1", {"month": date(2026, 5, 1)})
    assert key == finding_key("R-X-01", "h1", "p1", {"month": date(2026, 5, 1)})
    others = [
        finding_key("R-X-02", "h1", "p1", {"month": date(2026, 5, 1)}),
        finding_key("R-X-01", "h2", "p1", {"month": date(2026, 5, 1)}),
        finding_key("R-X-01", "h1", None, {"month": date(2026, 5, 1)}),
        finding_key("R-X-01", "h1", "p1", {"month": date(2026, 6, 1)}),
    ]
    assert len({key, *others}) == 5


def test_a_question_names_an_innocent_explanation_first() -> None:
    for page in PAGES.values():
        if "question" in page.card.severity.allowed:
            assert "可能" in page.card.sentence_for("question").zh[:12], page.name
            assert " may " in page.card.sentence_for("question").en[:60], page.name


def test_every_need_is_a_fact_some_source_answers() -> None:
    answered = {(card.source, fact.fact) for card in load_cards(ROOT / "sources").values() for fact in card.covers}
    needed = {(need.source, need.fact) for page in PAGES.values() for need in page.card.needs}
    assert needed <= answered


def test_every_table_a_rule_reads_is_among_its_needs() -> None:
    table_of = {card.source: card.table for card in load_cards(ROOT / "sources").values()}
    for page in PAGES.values():
        texts = [page.sql, *(term.sql for term in terms_of(page.sql, TERMS))]
        read = {table for text in texts for table in tables_read(text)} & set(DELIVERED_TABLES)
        if page.name in ("in_favour/approved_but_unpaid", "in_favour/pension_stopped"):
            read -= {"hukou_event", "hukou_person", "cremation"}  # a death takes the question back, it never raises it
        assert read <= {table_of[need.source] for need in page.card.needs}, page.name


def test_no_card_speaks_of_fraud() -> None:
    for page in PAGES.values():
        text = page.card.model_dump_json().lower()
        assert not [word for word in ("骗", "欺诈", "fraud", "cheat", "隐瞒", "违规") if word in text], page.name


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text + "colour: red\n", "rule.card"),
        (lambda text: text.replace("code: R-PEN-02", "code: R-PEN-01"), "rule.code_twice"),
        (lambda text: text.replace("family: income", "family: property"), "rule.family"),
        (lambda text: text.replace("default: amount", "default: urgent"), "rule.card"),
        (lambda text: text.replace("basis:", "bases:"), "rule.card"),
    ],
)
def test_a_card_that_does_not_hold_is_policy_staffs_error(tmp_path: Path, change: Any, code: str) -> None:
    folder = rules_folder(tmp_path, "income/pension_above_declared.yml", change)
    with pytest.raises(PolicyError) as raised:
        load_pages(folder)
    assert raised.value.code == code


def test_a_page_without_a_card_is_refused(tmp_path: Path) -> None:
    folder = rules_folder(tmp_path, "income/pension_above_declared.yml", lambda text: text + "# \n")
    (folder / "income/pension_above_declared.yml").unlink()
    with pytest.raises(PolicyError) as raised:
        load_pages(folder)
    assert raised.value.code == "rule.no_card"


def test_a_change_of_page_card_or_term_is_a_new_version_of_the_rules_that_rest_on_it(tmp_path: Path) -> None:
    folder = rules_folder(tmp_path, "terms/live_fund.sql", lambda sql: sql.replace("'normal'", "'sealed'"))
    changed = {page.name for page in load_pages(folder) if page.version != PAGES[page.name].version}
    assert changed == {
        "income/employment_not_declared",
        "income/housing_fund_still_paid",
        "income/wage_above_declared",
        "income/wage_not_declared",
    }


def test_terms_that_read_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    folder = rules_folder(
        tmp_path,
        "terms/item_in_force.sql",
        lambda sql: sql.replace("from declared_item", "from own_declared as declared_item"),
    )
    with pytest.raises(PolicyError) as raised:
        load_terms(folder)
    assert raised.value.code == "rule.terms_circle"
