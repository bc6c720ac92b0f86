"""From a case to its letters: gather what is told, draft it, print it with the names that may stand on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from core.moment import SHANGHAI
from ledger import cases, decisions, letters, objections
from ledger.cases import Case
from ledger.letters import Letter
from publish.people import open_people
from workbench.evidence.feeds import freshness
from workbench.house import House
from workbench.letters.contents import KINDS, contents, may_be_drafted
from workbench.letters.matter import Matter
from workbench.letters.printing import Names, print_letter
from workbench.letters.words import template_version
from workbench.security.visitor import Visitor
from workbench.web.case_view import CaseEvidence, evidence_of


def told_of(house: House, visitor: Visitor, case: Case, view: CaseEvidence | None = None) -> Matter:
    """What letters of this case may draw on, as the current run and the ledger know it."""
    desk, scope = house.desk, visitor.scope
    seen = view or evidence_of(house, replace(visitor, language="zh"), case)
    contested = objections.listed(desk, scope, open_only=False, case_id=case.case_id)
    return Matter(
        case=case,
        view=seen,
        feeds={one.source: one for one in freshness(seen.run, house.cards)},
        decisions=decisions.of_case(desk, scope, case.case_id),
        objection=max(contested, key=lambda one: one.objection_id, default=None),
        cards=house.cards,
        settings=house.settings,
    )


def kinds_now(told: Matter) -> list[tuple[str, str]]:
    """The letters that may be drafted of the case as it stands, each with the provider it goes to, if to one."""
    return [
        (kind, provider)
        for kind in KINDS
        for provider in (told.wrong_by_provider if kind == "correction" else ("",))
        if may_be_drafted(kind, told, provider)
    ]


def draft(house: House, visitor: Visitor, case: Case, kind: str, provider: str = "") -> int:
    """Draft a letter, a correction to one provider; its number.

    Raises:
        OperatorError: the case does not stand where this letter can be written.
    """
    said = contents(kind, told_of(house, visitor, case), provider)
    return letters.draft(
        house.desk,
        visitor.scope,
        case.case_id,
        by=visitor.user_id,
        kind=kind,
        template_version=template_version(),
        contents=said,
    )


def draft_pdf(house: House, visitor: Visitor, letter: Letter) -> bytes:
    """The draft as it would be printed, marked as a draft.

    Raises:
        OperatorError: the fonts are missing, or a character has no shape in them.
    """
    said = letters.contents(house.desk, visitor.scope, letter.letter_id)
    names = masked_names(house, visitor, letter.case_id)
    return print_letter(letter, said, names, settings=house.settings, day=letter.at.astimezone(SHANGHAI).date())


def issued_pdf(
    house: House, visitor: Visitor, letter: Letter, *, number: str, day: date, code: str, names: Names | None = None
) -> bytes:
    """The letter under its number; the same bytes whenever it is printed, as long as the names are the same.

    Raises:
        OperatorError: as `draft_pdf`.
    """
    said = letters.contents(house.desk, visitor.scope, letter.letter_id)
    shown = names if names is not None else masked_names(house, visitor, letter.case_id)
    return print_letter(letter, said, shown, settings=house.settings, number=number, day=day, code=code)


def printed_again(house: House, visitor: Visitor, letter: Letter, names: Names | None = None) -> bytes:
    """An issued letter once more.

    Raises:
        OperatorError: it was never issued; or as `draft_pdf`.
    """
    issued = letters.issued_step(letter)
    day, number = issued.at.astimezone(SHANGHAI).date(), str(issued.number)
    code = str(issued.verification_code)
    return issued_pdf(house, visitor, letter, number=number, day=day, code=code, names=names)


def masked_names(house: House, visitor: Visitor, case_id: int) -> Names:
    """Names and numbers as everybody sees them."""
    members = cases.members(house.desk, visitor.scope, case_id)
    return {one.person_key: {"name": one.name_masked, "id_number": one.id_masked} for one in members}


def clear_names(house: House, case: Case) -> Names:
    """Names and numbers as the roster gives them; only for a print that the ledger has recorded with its reason.

    Raises:
        OperatorError: the household's key was erased.
    """
    run = house.run()
    people = open_people(run.folder, run.run_id, case.household_key, ledger=house.desk.ledger)
    return {one["person_key"]: one for one in people}
