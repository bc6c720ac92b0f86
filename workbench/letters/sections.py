"""The parts that letters are made of. A person stands as `{"person": key, "field": name}`, filled in when printed."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from workbench.evidence.questions import Question
from workbench.letters.matter import Matter
from workbench.letters.words import day_in_words, says, span_in_words, words
from workbench.words.codes import said

Section = dict[str, Any]
FAVOUR = "in_favour"
_PAIRS = {"payment": "amounts_paid", "household": "amounts_reckoned"}
"""What the two amounts of a question are, where they are not what was declared and what is recorded."""
_GUESS = re.compile(r"^[^：]*可能[^：]*：")
_REQUEST = re.compile(r"[，；。、：]请.*", re.DOTALL)


def section(heading: str | None, *paragraphs: str, points: list[str] | None = None, **tables: Any) -> Section:
    """One part; `tables` are table name → rows, the name being one of `columns` in the words."""
    made = [
        {"columns": words()["columns"][name], "rows": rows, **_LAYOUT[name]} for name, rows in tables.items() if rows
    ]
    return {"heading": heading, "paragraphs": list(paragraphs), "points": points or [], "tables": made}


def titled(name: str, *paragraphs: str, **parts: Any) -> Section:
    """A part under one of the headings of the words."""
    return section(words()["sections"][name], *paragraphs, **parts)


def members(told: Matter) -> Section:
    """Who belongs to the household."""
    rows = [
        [
            told.who(one["person_key"]),
            {"person": one["person_key"], "field": "name"},
            {"person": one["person_key"], "field": "id_number"},
            "—" if one["age"] is None else says("age", n=one["age"]),
            says("covered") if one["covered"] else says("not_covered"),
        ]
        for one in told.view.members
    ]
    return titled("members", members=rows)


def without_request(sentence: str) -> str:
    """A finding's sentence without what it asks of the office, from `请` on: a letter speaks to others."""
    return _REQUEST.sub("", sentence.rstrip("。")) + "。"


def without_guess(sentence: str) -> str:
    """A finding's sentence without the guess before its first colon: people have verified what is recorded."""
    return _GUESS.sub("", sentence)


def question(told: Matter, one: Question, number: int, *, verdict: bool = False) -> Section:
    """One question as it is put: the sentence, where it comes from, its clause and figures, what may explain it."""
    said_so = words()["question"]
    heading = said_so["heading"].format(number=number, title=one.title.zh, who=told.who(one.finding["person_key"]))
    sentence = without_request(str(one.finding["sentence_zh"]))
    told_by = [without_guess(sentence) if verdict else sentence, said_so["seen"].format(**_seen(one))]
    if one.finding["found_yuan"] is not None and one.finding["amount_period"] == "month":
        amounts = {"declared": _declared(one), "found": yuan(one.finding["found_yuan"])}
        told_by.append(said_so[_PAIRS.get(one.family, "amounts")].format(**amounts))
    if one.card is not None:
        basis = "；".join(f"{each.document.zh}{each.article.zh}" for each in one.card.basis)
        told_by.append(said_so["basis"].format(basis=basis))
    if one.parameters:
        figures = "；".join(f"{each['title'].zh} {each['said'].zh}" for each in one.parameters)
        told_by.append(said_so["parameters"].format(parameters=figures))
    if one.card is not None and not verdict and one.family != FAVOUR:
        told_by.append(said_so["innocent"].format(innocent="；".join(each.zh for each in one.card.innocent)))
    found = told.verdict(one)
    if verdict and found is not None:
        told_by.append(said_so["verdict"].format(verdict=found.zh))
    return section(heading, *told_by)


def errors(told: Matter, provider: str) -> Section:
    """The provider's rows found wrong or late, by file, line and hash: their owner finds them, nobody else."""
    rows = [
        [
            told.view.source_title(row["source"]).zh,
            str(row["file_name"]),
            str(row["line_number"]),
            str(row["row_hash"])[:16],
            "—" if row["about_date"] is None else str(row["about_date"])[:10],
            verdict.zh,
        ]
        for row, verdict in told.wrong_by_provider[provider]
    ]
    return titled("errors", says("errors"), errors=rows)


def looked(told: Matter) -> Section:
    """Which sources were asked, as of when, and what "nothing" means for each: found, none, could not look."""
    rows = []
    for source in told.view.sources:
        cells = [row[source] for row in told.view.grid.values() if source in row]
        counted = {value: sum(1 for one in cells if one.value == value) for value in ("found", "none")}
        unseen = sum(1 for one in cells if one.value in ("could_not_look", "partly"))
        why = "、".join(said("reason", code, "zh") for code in told.view.reasons_of(source))
        feed = told.feeds.get(source)
        about = told.about(source)
        rows.append(
            [
                told.view.source_title(source).zh,
                feed.card.provider.zh if feed else "—",
                "—" if about is None else about.isoformat(),
                says("all_members", n=counted["found"]),
                says("all_members", n=counted["none"]),
                f"{says('all_members', n=unseen)}：{why}" if unseen else says("nothing"),
            ]
        )
    return titled("looked", says("unseen"), looked=rows)


def compared(told: Matter) -> Section:
    """Declared beside found, for every question."""
    if not told.view.questions:
        return titled("compared", says("no_questions"))
    rows = [
        [told.who(one.finding["person_key"]), one.title.zh, *_amounts(one), one.period] for one in told.view.questions
    ]
    return titled("compared", compared=rows)


def yuan(amount: Decimal | None) -> str:
    """`3,629.16`, or a dash: no amount is not zero."""
    return "—" if amount is None else f"{amount:,.2f}"


def _amounts(one: Question) -> list[str]:
    if one.finding["found_yuan"] is None or one.finding["amount_period"] != "month":
        return [says("no_amount")] * 3
    return [_declared(one), yuan(one.finding["found_yuan"]), yuan(one.finding["difference_yuan"])]


def _declared(one: Question) -> str:
    """What was declared; nothing declared is not a declaration of nothing, and no household declares its own mean."""
    if one.finding["declared_yuan"]:
        return yuan(one.finding["declared_yuan"])
    return yuan(None) if one.family == "household" else says("not_declared")


def _seen(one: Question) -> dict[str, str]:
    named = [row for row in one.rows if row["source"] != "roster"] or one.rows
    dates = sorted({date.fromisoformat(str(row["about_date"])[:10]) for row in named if row["about_date"] is not None})
    ends = [day_in_words(one) for one in (dates[0], dates[-1])] if dates else []
    spans = words()["common"]["until"].join(dict.fromkeys(ends)) or "—"
    grade = said("grade", one.finding["match_grade"], "zh")
    period = span_in_words(one.finding["period_from"], one.finding["period_to"])
    return {"period": period, "sources": one.sources["zh"] or "—", "dates": spans, "grade": grade}


_LAYOUT: dict[str, dict[str, list[int]]] = {
    "members": {"widths": [3, 5, 6, 2, 3], "numbers": []},
    "looked": {"widths": [6, 7, 4, 3, 4, 5], "numbers": []},
    "compared": {"widths": [2, 5, 3, 3, 3, 4], "numbers": [2, 3, 4]},
    "worksheet": {"widths": [3, 2, 4, 3, 3, 3], "numbers": [4, 5]},
    "errors": {"widths": [4, 7, 2, 5, 4, 4], "numbers": []},
    "visit": {"widths": [4, 5, 4], "numbers": []},
}
