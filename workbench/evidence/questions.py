"""One question of a case with everything it stands on: finding, rows, rule, parameters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from publish.delivered import HIDDEN
from rules.card import Card as RuleCard
from rules.card import Words
from rules.parameters import Parameter
from sources.card import Card
from sources.card_column import Column, DatedCodes, dated
from transforms.language.dates import OPEN_OR_UNKNOWN
from workbench.evidence.snapshot import Row
from workbench.words.codes import code_words, delivered_words

UNITS = {
    "fen": {"zh": "分", "en": "fen"},
    "ten_thousand_yuan": {"zh": "万元", "en": "10,000 yuan"},
    "percent": {"zh": "%", "en": "%"},
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_OF_A_RECORD = ("source", "file_name", "line_number", "row_hash", "about_date", "match_grade", "fields", "note")
NO_CARD = Words(zh="规则页已撤下", en="The rule's page is no longer there")


@dataclass(frozen=True)
class Question:
    """A finding under the number of its flag, or, in a commissioned check, its place. `held` is the earlier day it is
    from, where this night could not look."""

    flag_id: int
    finding: Row
    card: RuleCard | None
    who: str
    rows: list[Row]
    parameters: list[Row]
    sources: dict[str, str]
    held: str | None

    @property
    def title(self) -> Words:
        """What the rule is called."""
        return self.card.title if self.card else NO_CARD

    @property
    def family(self) -> str:
        """The room of the rule: what its amounts are, what is declared and found or what was paid and is due."""
        return self.card.family if self.card else ""

    @property
    def period(self) -> str:
        """`2026-02 – 2026-05`, or the one month."""
        first, last = _month(self.finding["period_from"]), _month(self.finding["period_to"])
        return first if first == last else f"{first} – {last}"


def question(
    flag_id: int,
    finding: Row,
    *,
    who: str,
    rows: list[Row],
    rule: RuleCard | None,
    cards: Mapping[str, Card],
    policy: Mapping[str, Parameter],
    in_force: list[Row],
    held: str | None,
) -> Question:
    """The question as the case page shows it; `policy` names the parameters, `in_force` has their values."""
    rests_on = str(finding["parameter_rows"] or "").split()
    used = [one for one in in_force if one["row_id"] in rests_on]
    told = [{**one, **_said(policy.get(one["name"]), one["value"])} for one in used]
    names = sorted({row["source"] for row in rows} - {"roster"}) or sorted({row["source"] for row in rows})
    said = {
        language: between.join(getattr(cards[name].title, language) for name in names if name in cards)
        for language, between in (("zh", "、"), ("en", ", "))
    }
    shown = [{**row, **fields(row, cards.get(row["source"]))} for row in rows]
    return Question(flag_id, finding, rule, who, shown, told, said, held)


def each_record_once(questions: list[Question]) -> list[Question]:
    """The same questions, their rows with `place` (`r1` …) and `again`: an earlier row of the page is the same record.

    Two rows are one record when everything that the page says of them is the same, the match grade too.
    """
    places: dict[tuple[object, ...], str] = {}

    def placed(row: Row) -> Row:
        record = tuple(str(row[name]) for name in _OF_A_RECORD)
        again = record in places
        return {**row, "again": again, "place": places.setdefault(record, f"r{len(places) + 1}")}

    return [replace(one, rows=[placed(row) for row in one.rows]) for one in questions]


def fields(row: Row, card: Card | None) -> dict[str, Any]:
    """`fields`: the delivered values of a row with the names of their columns, and what a code means; `hidden`: how
    many are masked whole."""
    columns = card.columns if card else {}
    given = {theirs: text for theirs, text in (row["delivered"] or {}).items() if text and theirs in columns}
    shown = {theirs: text for theirs, text in given.items() if text != HIDDEN}
    named = [
        {
            "name": _named(columns[theirs], card),
            "text": text,
            "means": _means(columns[theirs], text, card, row.get("about_date")),
        }
        for theirs, text in shown.items()
    ]
    return {"fields": named, "hidden": len(given) - len(shown)}


def _means(column: Column, text: str, card: Card | None, day: date | None) -> dict[str, str]:
    """What a delivered code means, in brackets behind it: nothing where it is no code of the card's table.

    A table may have editions: the one of the row's day is read. In Chinese, a code that is Chinese says it itself.
    A day may say that it is none (`00000000`, `99991231`).
    """
    given = unicodedata.normalize("NFKC", text).strip()
    if column.type in ("date", "month") and re.match(OPEN_OR_UNKNOWN, given) and not _CHINESE.search(given):
        return {"zh": "（未定或未填）", "en": " (open or not stated)"}
    if column.codes is None or card is None:
        return {"zh": "", "en": ""}
    codes = sorted(set(given.upper())) if column.type == "letters" else [given]
    edition = next((one.values for one in dated(card.code_tables[column.codes]) if _holds(one, day)), {})
    known = delivered_words()[column.name]
    said = [known[edition[code]] for code in codes if code in edition]
    if not said or len(said) < len(codes):
        return {"zh": "", "en": ""}
    chinese = "" if _CHINESE.search(given) else f"（{'、'.join(one['zh'] for one in said)}）"
    return {"zh": chinese, "en": f" ({', '.join(one['en'] for one in said)})"}


def _holds(edition: DatedCodes, day: date | None) -> bool:
    if day is None:
        return edition.to_date is None
    begun, over = edition.from_date, edition.to_date
    return (begun is None or begun <= day) and (over is None or day <= over)


def _named(column: Column, card: Card | None) -> dict[str, str]:
    """A column in words, with the unit where the provider's is not the yuan: 403727 fen is no fortune.

    Who applies was not approved: a list that takes the register's place has words of its own.
    """
    own = code_words()["column_of_request"] if card is not None and card.of_request else {}
    words = own.get(column.name, code_words()["column"][column.name])
    unit = UNITS.get(column.unit or "")
    return words if unit is None else {"zh": f"{words['zh']}（{unit['zh']}）", "en": f"{words['en']} ({unit['en']})"}


def _month(value: date | None) -> str:
    return "—" if value is None else f"{value:%Y-%m}"


def _said(parameter: Parameter | None, value: str | None) -> Row:
    """A parameter's title, and its value with the unit; the bare value where the parameter was withdrawn since."""
    said = Words(zh=value or "—", en=value or "—") if parameter is None or not value else parameter.said(value)
    return {"title": NO_CARD if parameter is None else parameter.title, "said": said}
