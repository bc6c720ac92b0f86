"""What each letter says of a case: kept in the ledger from its draft on, without names and numbers of people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.errors import OperatorError
from ledger.case_words import Status
from workbench.letters import reckoning, sections
from workbench.letters.matter import Matter
from workbench.letters.sections import FAVOUR, Section, section, titled
from workbench.letters.words import day_in_words, says, words

KINDS = ("notice", "supplement", "visit", "conclusion", "report", "objection_answer", "correction")
_OPEN = (Status.REVIEW, Status.AWAIT, Status.SNOOZED)
_DECIDED = (Status.ISSUE, Status.CLOSED)


def may_be_drafted(kind: str, told: Matter, provider: str = "") -> bool:
    """Whether the case stands where this letter can be written; a correction is asked of one provider."""
    if kind in ("notice", "supplement", "visit"):
        return told.case.status in _OPEN and bool(told.to_household)
    if kind == "objection_answer":
        return told.objection is not None and told.objection.outcome is not None
    if kind == "correction":
        return told.case.status in _DECIDED and provider in told.wrong_by_provider
    return told.case.status in _DECIDED


def contents(kind: str, told: Matter, provider: str = "") -> dict[str, Any]:
    """The letter's title, addressee (the head of the household, or the provider's name), sections and closing words.

    Raises:
        OperatorError: the case does not stand where this letter can be written, or nothing is to be asked.
    """
    if kind not in KINDS or not may_be_drafted(kind, told, provider):
        raise OperatorError(
            "letter.not_now",
            "this letter cannot be written of the case as it stands",
            where=told.case.case_no,
            todo="look at where the case stands and what is asked of the household",
        )
    of_kind = words()["letters"][kind]
    head = next((one["person_key"] for one in told.view.members if one["relation_code"] == "head"), None)
    to_household = {"person": head, "field": "name"} if kind not in ("report", "visit") else None
    return {
        "kind": kind,
        "title": of_kind["title"],
        "case_no": told.case.case_no,
        "run_id": told.view.run.run_id,
        "addressee": provider if kind == "correction" else to_household,
        "opening": of_kind["opening"],
        "sections": _numbered([sections.errors(told, provider)] if kind == "correction" else _WRITTEN[kind](told)),
        "closing": of_kind["closing"],
        "signers": of_kind["signers"],
    }


def _notice(told: Matter) -> list[Section]:
    return [
        *_put(told, "questions", "in_favour"),
        _reply(told),
        titled("rights", points=words()["says"]["rights"]),
        _remedy(told),
    ]


def _put(told: Matter, heading: str, in_favour: str, *, verdict: bool = False) -> list[Section]:
    """The household's questions under their heading, and what speaks for it under its own, counted through."""
    numbered = list(enumerate(sorted(told.to_household, key=lambda one: one.family == FAVOUR), 1))
    parts: list[Section] = []
    for name, favours in ((heading, False), (in_favour, True)):
        of_kind = [pair for pair in numbered if (pair[1].family == FAVOUR) is favours]
        if of_kind:
            parts.append(titled(name))
            parts += [sections.question(told, one, number, verdict=verdict) for number, one in of_kind]
    return parts


def _supplement(told: Matter) -> list[Section]:
    wanted = [
        says("materials", title=one.title.zh, who=told.who(one.finding["person_key"]), shown=one.card.materials.zh)
        for one in told.to_household
        if one.card is not None and one.card.materials is not None
    ]
    return [titled("materials", points=wanted), _reply(told), _remedy(told)]


def _visit(told: Matter) -> list[Section]:
    rows = [[f"{one.title.zh}（{told.who(one.finding['person_key'])}）", "", ""] for one in told.to_household]
    return [sections.members(told), titled("visit", says("visit"), visit=rows)]


def _conclusion(told: Matter) -> list[Section]:
    return [
        reckoning.opinion(told),
        *_put(told, "verified", "favour_verified", verdict=True),
        sections.looked(told),
        _remedy(told),
    ]


def _report(told: Matter) -> list[Section]:
    asked = [sections.question(told, one, number) for number, one in enumerate(told.view.questions, 1)]
    notes = titled("notes", says("validity"), says("objection", days=told.settings.objection_answer_days))
    parts = [reckoning.request(told), sections.members(told), sections.looked(told), sections.compared(told), *asked]
    return [*parts, reckoning.worksheet(told), reckoning.opinion(told), notes]


def _objection_answer(told: Matter) -> list[Section]:
    objection = told.objection
    if objection is None or objection.outcome is None:
        return []
    facts = {
        "received": day_in_words(objection.received_date),
        "note": (objection.note or says("nothing")).rstrip("。"),
    }
    result = says("answered", outcome=words()["outcome"][objection.outcome], **facts)
    now = [] if told.outcome is None else [says("now", outcome=words()["conclusion"][told.outcome.value])]
    return [titled("answer", result, *now), section(None, says("review"))]


def _reply(told: Matter) -> Section:
    return titled("reply", says("reply", days=told.settings.reply_days), says("silence"))


def _remedy(told: Matter) -> Section:
    return titled("objection", says("objection", days=told.settings.objection_answer_days), says("review"))


def _numbered(parts: list[Section]) -> list[Section]:
    """The headings of the words counted 一、二、三; a question's own heading has its number already."""
    named, count = set(words()["sections"].values()), 0
    for part in parts:
        if part["heading"] in named:
            count += 1
            part["heading"] = f"{_CHINESE[count]}、{part['heading']}"
    return parts


_CHINESE = "零一二三四五六七八九十"
_WRITTEN: dict[str, Callable[[Matter], list[Section]]] = {
    **{"notice": _notice, "supplement": _supplement, "visit": _visit, "conclusion": _conclusion, "report": _report},
    "objection_answer": _objection_answer,
}
