"""What is expected of a source: checks derived from its card, checks of the house, and the meaning in its room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from expectations.check import Check, Level
from sources.card import Card
from sources.card_column import dated
from transforms.schema import COMMON

_KEPT_AS = {"id_number": "person_key", "case_number": "household_key"}
_COVERED = ("name", "former_name", "address", "phone")


_UNREAD = {
    "unreadable": ("required_cells_are_readable", "必填项无法读取", "a required cell cannot be read"),
    "unknown_code": ("codes_are_known", "代码表以外的代码", "a code that the card's code table does not hold"),
}
"""Words by which the transforms put rows aside before any meaning is asked."""


def suite_of(card: Card, columns: Sequence[str], meaning: Sequence[Check]) -> list[Check]:
    """All checks of a source, each name once: what the room writes stands for what would be derived by that name."""
    refusing = [check.name for check in meaning if check.action == "refuse"]
    written = {check.name for check in meaning}
    further = [*derived_checks(card, columns), *house_checks(refusing)]
    return [*meaning, *(check for check in further if check.name not in written)]


def derived_checks(card: Card, columns: Sequence[str]) -> list[Check]:
    """The card's promises as predicates over the extract's columns; what the extract does not hold is not asked."""
    asked = [*_unread(card), *_required(card, columns), *_codes(card, columns)]
    return [*asked, *_shapes(card, columns), *_natural_key(card, columns)]


def house_checks(refusing: Sequence[str]) -> list[Check]:
    """The common columns of every extract (docs/architecture.md): ours to keep, so we must act."""
    told = (
        ("row_key_of_its_delivery", "row_key IS DISTINCT FROM delivery_id || ':' || line_number", "行标识与批次不符"),
        ("keyed_row_hash", "NOT coalesce(regexp_full_match(row_hash, '[0-9a-f]{32}'), FALSE)", "行摘要格式不符"),
        ("refused_by_a_check", f"refused_by NOT IN ({_listed([*_UNREAD, *refusing])})", "搁置原因不在检查目录之内"),
    )
    words = (
        (f"{column.name}_is_declared", f"{column.name} NOT IN ({_listed(column.words)})", "取值不在约定之内")
        for column in COMMON
        if column.words
    )
    return [
        Check(name, Level.RECORD_CONSISTENCY, "warn", predicate, zh, name.replace("_", " "), "开发人员", "house")
        for name, predicate, zh in (*told, *words)
    ]


def _unread(card: Card) -> Iterator[Check]:
    for word, (name, zh, en) in _UNREAD.items():
        predicate = f"refused_by = '{word}'"
        yield Check(name, Level.RECORD_VALUE, "refuse", predicate, zh, en, card.contact.zh, "card")


def _required(card: Card, columns: Sequence[str]) -> Iterator[Check]:
    for name, column in card.our_columns.items():
        if column.required and name in columns:
            predicate = f"{name} IS NULL AND refused_by IS NULL"
            yield _derived(card, f"{name}_is_given", predicate, "必填项为空", "a required value is missing")


def _codes(card: Card, columns: Sequence[str]) -> Iterator[Check]:
    for name, column in card.our_columns.items():
        if column.codes is None or column.type != "code" or name not in columns:
            continue
        ours = sorted({code for edition in dated(card.code_tables[column.codes]) for code in edition.values.values()})
        predicate = f"{name} NOT IN ({_listed(ours)})"
        yield _derived(card, f"{name}_is_ours", predicate, "代码不在代码表之内", "a code outside the code table")


def _shapes(card: Card, columns: Sequence[str]) -> Iterator[Check]:
    shapes = {
        "month": (
            "day({0}) <> 1",
            "{0}_is_a_first_of_month",
            "月份未归到当月一日",
            "a month not written as its first day",
        ),
        "rate": ("{0} NOT BETWEEN 0 AND 1", "{0}_is_a_share", "比例不在0与1之间", "a rate outside 0 to 1"),
        "count": ("{0} < 0", "{0}_is_not_negative", "计数为负", "a count below zero"),
        "year": ("{0} NOT BETWEEN 1900 AND 2100", "{0}_is_a_year", "年份不合理", "not a year"),
    }
    for name, column in card.our_columns.items():
        if column.type in shapes and name in columns:
            predicate, check, zh, en = shapes[column.type]
            yield _derived(card, check.format(name), predicate.format(name), zh, en)


def _natural_key(card: Card, columns: Sequence[str]) -> Iterator[Check]:
    """Of an identity only our keys are in the extract; a name beside an id adds nothing to the person's key."""
    kept = [_KEPT_AS.get(name, name) for name in card.natural_key if name not in _COVERED]
    if all(column in columns for column in kept):
        key = ", ".join(kept)
        twice = f"SELECT {key} FROM rows GROUP BY ALL HAVING count(DISTINCT row_key) > 1"  # noqa: S608
        yield Check(
            "natural_key_stands_once",
            Level.DELIVERY_CONSISTENCY,
            "warn",
            f"({key}) IN ({twice})",
            "同一业务主键在同一批中出现多次且内容不同",
            "one natural key stands more than once in the delivery with other content",
            card.contact.zh,
            "card",
        )


def _derived(card: Card, name: str, predicate: str, zh: str, en: str) -> Check:
    return Check(name, Level.RECORD_VALUE, "warn", predicate, zh, en, card.contact.zh, "card")


def _listed(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
