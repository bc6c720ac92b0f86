"""The closing parts of a report: on whose behalf it was made, the arithmetic, and what two people came to."""

from __future__ import annotations

from datetime import date

from workbench.letters.matter import Matter
from workbench.letters.sections import Section, titled, yuan
from workbench.letters.words import day_in_words, says, span_in_words, words
from workbench.words.codes import said, worded
from workbench.words.regions import place

AUTHORISATION = "authoris"


def worksheet(told: Matter) -> Section:
    """The arithmetic, line by line, so that a calculator can check it."""
    sheet = told.view.worksheet
    if sheet is None:
        return titled("worksheet", says("no_worksheet"))
    rows = [
        [
            said("worksheet_kind", line["kind_code"], "zh"),
            told.who(line["person_key"]),
            worded("worksheet_item", line["item_code"], "zh"),
            said("worksheet_treatment", line["treatment_code"], "zh"),
            yuan(line["raw_yuan"]),
            yuan(line["counted_yuan"]),
        ]
        for line in sheet.counted
    ]
    total = sheet.sum
    figures = {
        "span": span_in_words(total["window_from"], total["window_to"]),
        "months": total["window_months"],
        "persons": total["counted_persons"],
        "least": "" if total["complete"] else says("least"),
        "total": yuan(total["income_total_yuan"]),
        "per_capita": f"{'' if total['complete'] else says('least')} {yuan(total['per_capita_yuan'])}",
        "line": yuan(total["line_yuan"]),
    }
    note = [] if total["complete"] else [says("at_least")]
    return titled("worksheet", says("worksheet_sum", **figures), *note, worksheet=rows)


def request(told: Matter) -> Section:
    """On whose behalf, about whom, from which night; and where an authorisation was missing."""
    facts = {"programme": said("programme", told.case.programme_code, "zh"), "case_no": told.case.case_no}
    facts |= {
        "place": place(told.case.region_code, "zh"),
        "run": told.view.run.run_id,
        "day": day_in_words(date.fromisoformat(told.view.run.as_of)),
    }
    missing = [one for one in told.view.sources if any(AUTHORISATION in why for why in told.view.reasons_of(one))]
    names = "、".join(told.view.source_title(one).zh for one in missing)
    granted = says("unauthorised", sources=names) if missing else says("authorised")
    return titled("request", says("request", **facts), granted)


def opinion(told: Matter) -> Section:
    """What two people came to, and why."""
    if told.outcome is None or told.first is None:
        return titled("opinion", says("no_opinion"))
    code, note = told.first.reason_code, told.first.note.strip().rstrip("。") if told.first.note else ""
    given = says("opinion", outcome=words()["conclusion"][told.outcome.value])
    given += says("opinion_reason", reason=worded("reason_code", code, "zh")) if code else ""
    given += says("opinion_note", note=note) if note else ""
    alone = len({one.actor for one in told.decisions if one.round == told.case.round}) < 2
    return titled("opinion", given, *([] if alone else [says("two_people")]))
