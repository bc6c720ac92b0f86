"""What the page of a commissioned check shows: the evidence of its own run, by the same parts as a case page."""

from __future__ import annotations

from typing import Any

from ledger.commissions import Check
from ledger.scope import Scope
from rules.card import Words
from sources.card import Card, load_all_cards, load_request_cards
from workbench.evidence import household
from workbench.evidence.coverage import coverage_grid
from workbench.evidence.feeds import freshness
from workbench.evidence.people import masked_people
from workbench.evidence.questions import each_record_once, question
from workbench.evidence.rows import evidence_rows
from workbench.evidence.snapshot import Row, Snapshot
from workbench.evidence.waterfall import waterfall
from workbench.evidence.worksheet import worksheet
from workbench.house import House
from workbench.security.visitor import Visitor
from workbench.web.case_night import Night
from workbench.web.case_view import CaseEvidence, with_ordinals


def evidence_of_check(house: House, visitor: Visitor, check: Check, run: Snapshot) -> CaseEvidence:
    """Gather what the check's run says of its household; names masked, and gone where the household was erased."""
    key = check.household_key
    shown = masked_people(run, key, ledger=house.desk.ledger)
    nobody = {"name": "—", "id_number": "—"}
    members = with_ordinals([{**one, **shown.get(one["person_key"], nobody)} for one in household.members(run, key)])
    sources, grid = coverage_grid(run, key)
    quiet, unseen = household.asked_without_question(run, key)
    found = CaseEvidence(
        run=run,
        overview=household.overview(run, key),
        members=members,
        questions=[],
        sources=sources,
        grid=grid,
        quiet=quiet,
        unseen=unseen,
        queued=len(household.queued_matches(run, key)),
        titles={name: Words(zh=card.title.zh, en=card.title.en) for name, card in _cards(house).items()},
        rule_titles={code: one.card.title for code, one in house.pages.items()},
        worksheet=worksheet(run, key),
        language=visitor.language,
    )
    in_force = household.parameters(run, key)
    rows = evidence_rows(run, key, ledger=house.desk.ledger, settings=house.settings)
    asked = [
        question(
            place, finding, who=found.who(finding["person_key"]), in_force=in_force, **_beside(house, finding, rows)
        )
        for place, finding in enumerate(household.findings(run, key), start=1)
    ]
    found.questions.extend(each_record_once(asked))
    return found


def night_of_check(house: House, scope: Scope, view: CaseEvidence) -> Night:
    """What the night's parts of the page say of a check: departments' late feeds; there is no night before it."""
    departments = load_request_cards(house.settings.sources_folder)
    cards = {name: card for name, card in departments.items() if not card.of_request}
    feeds = {one.source: one for one in freshness(view.run, cards)}
    return Night(None, feeds, house.measured.of(scope), waterfall(view.worksheet) if view.worksheet else None)


def _cards(house: House) -> dict[str, Card]:
    """The cards of what was read here: under a register's name, that of the list which takes its place."""
    every = load_all_cards(house.settings.sources_folder)
    standing = {name: card for name, card in every.items() if not card.of_request}
    return standing | {card.stands_for: card for card in every.values() if card.stands_for}


def _beside(house: House, finding: Row, rows: dict[str, list[Row]]) -> dict[str, Any]:
    page = house.pages.get(finding["rule"])
    return {
        "rows": rows.get(finding["finding_key"], []),
        "rule": page.card if page else None,
        "cards": _cards(house),
        "policy": house.parameters,
        "held": None,
    }
