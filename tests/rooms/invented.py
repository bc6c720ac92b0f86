"""Invented facts for every room, and its file written and read back by its own card."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl

from core.identity_number import check_character
from core.settings import ROOT
from sources.card import Card, load_card
from sources.reading import read
from sources.writing import Sheet, Written

ROOMS = sorted(path.parent.name for path in (ROOT / "sources").glob("*/sample.py"))
SHEET = Sheet(period=date(2026, 5, 1), as_of=date(2026, 6, 15), seed=20260620)
_FAMILY, _GIVEN = "王李张刘陈杨黄赵周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂䶮"
_WORDS: dict[str, list[str | None]] = {
    "relation_code": ["head", "spouse", "child", "parent", "grandchild", "other"],
    "person_class_code": ["ordinary", "elder", "minor", "student", "severe_disability", "severe_illness"],
    "management_class_code": ["A", "B", "C"],
    "hukou_type_code": ["urban", "rural"],
    "region_code": ["210199001001", "210199002003"],
    "to_region_code": [None, "210299001001"],
    "programme_code": ["dibao"],
    "not_counted_code": [None, "prison", "detox", "conscript", "clergy", "missing"],
    "scope_code": ["all", "vehicle", "pension", "housing_fund"],
    "signer_code": ["self", "guardian", "mandate"],
    "status_code": ["valid", "cancelled", "locked", "permit", "moved_out", "dead"],
    "change_reason_code": [None, "death", "move_out"],
    "event_code": [
        *("death", "move_in", "move_out", "enlisted", "arrested", "emigrated"),
        *("hk_macau", "split", "renamed", "id_corrected", "birth", "other"),
    ],
    "payer_code": ["employer", "flexible", "subsidised"],
    "pay_kind_code": ["normal", "back_pay", "advance"],
    "pension_kind_code": ["employee", "institution", "resident", "survivor"],
    "period_code": ["quarter", "year"],
    "plate_class_code": [
        *("large", "small", "motorcycle", "moped", "farm_transporter", "tractor", "trailer", "trainer"),
        *("temporary", "new_energy_small", "new_energy_large"),
    ],
    "use_code": [
        *("private", "taxi", "passenger", "freight", "rental", "ex_commercial", "ex_taxi", "trainer_car"),
        *("ride_hailing", "ex_ride_hailing", "disabled_vehicle", "other"),
    ],
    "status_letters": ["A", "GQ", "Q", "EM"],
    "account_state_code": ["normal", "sealed", "closed"],
    "insurance_code": ["employee_pension", "resident_pension", "unemployment", "employee_medical"],
}
_ROOM_WORDS: dict[tuple[str, str], list[str | None]] = {
    ("declaration", "item_code"): [
        *("wage", "pension", "resident_pension", "business", "support", "unemployment_benefit", "severance"),
        *("vehicle", "other"),
    ],
    ("pension", "item_code"): ["standard", "back_pay", "one_off", "deduction"],
    ("tax_withholding", "item_code"): [
        *("wage", "labour", "author", "royalty", "business", "interest", "lease", "transfer", "contingent"),
    ],
    ("payroll", "state_code"): ["paid", "returned", "collected"],
    ("contribution", "state_code"): ["paying", "paused", "ended"],
    ("institution_contribution", "state_code"): ["paying", "paused", "ended"],
    ("institution_contribution", "insurance_code"): ["institution_pension"],
    ("institution_contribution", "payer_code"): ["employer"],
    ("pension", "state_code"): ["in_pay", "suspended", "ended"],
    ("self_employed", "state_code"): ["open", "closed", "revoked", "dormant"],
}


@dataclass(frozen=True)
class Delivery:
    """A room's invented facts, the file written of them, and what its card reads out of the file."""

    card: Card
    facts: pl.DataFrame
    written: Written
    rows: pl.DataFrame
    refused: pl.DataFrame


def sample_of(room: str) -> ModuleType:
    """The room's sample writer."""
    return import_module(f"sources.{room}.sample")


@cache
def card_of(room: str) -> Card:
    """The room's card."""
    return load_card(ROOT / "sources" / room)


def words_of(room: str, column: str) -> list[str | None]:
    """All our codes a fact of the room may hold in a column."""
    return _ROOM_WORDS.get((room, column)) or _WORDS[column]


def facts_of(room: str, count: int) -> pl.DataFrame:
    """`count` facts of the room about as many invented persons."""
    rng = np.random.default_rng(7)
    born = np.datetime64("1935-01-01") + rng.integers(0, 27_000, count)
    births = born.astype("datetime64[D]").tolist()
    ids = [_id_number(day, sequence) for day, sequence in zip(births, rng.integers(0, 1000, count), strict=True)]
    facts: ModuleType = sample_of(room)
    columns = [_column(room, name, kind, births, ids, rng) for name, kind in facts.FACTS.items()]
    return pl.DataFrame(columns)


def delivery_of(room: str, folder: Path, *, count: int = 6_000, sheet: Sheet = SHEET) -> Delivery:
    """The room's file, written into `folder` and read back."""
    facts, card = facts_of(room, count), card_of(room)
    written: Written = sample_of(room).write(facts, sheet, folder)
    batches = list(read(card, [written.path.read_bytes()], where=written.path.name))
    rows = pl.concat([batch.rows for batch in batches])
    return Delivery(card, facts, written, rows, pl.concat([batch.refused for batch in batches]))


def _id_number(born: date, sequence: int) -> str:
    body = f"210199{born:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


def _column(
    room: str, name: str, kind: pl.DataType, births: list[date], ids: list[str], rng: np.random.Generator
) -> pl.Series:
    count = len(ids)
    if name in ("birth_date", "id_number"):
        return pl.Series(name, births if name == "birth_date" else ids)
    if name == "sex_code":
        return pl.Series(name, ["1" if int(one[16]) % 2 else "2" for one in ids])
    if name == "name":
        return pl.Series(name, [_name(rng) for _ in ids])
    if name == "former_name":
        return pl.Series(name, ["赵小二" if place % 40 == 0 else None for place in range(count)], dtype=pl.String)
    if kind == pl.String() and (name in _WORDS or (room, name) in _ROOM_WORDS):
        words = words_of(room, name)
        return pl.Series(name, [words[place % len(words)] for place in range(count)], dtype=pl.String)
    return pl.Series(name, [_plain(name, kind, place) for place in range(count)], dtype=kind)


def _plain(name: str, kind: pl.DataType, place: int) -> object:
    if kind == pl.Date():
        return date(2018 + place % 8, 1 + place % 12, 1)
    if kind == pl.Boolean():
        return place % 3 == 0
    if isinstance(kind, pl.Decimal):
        return "0.08" if name.endswith("rate") else f"{place % 9000 + 100}.{place % 100:02d}"
    if kind.is_integer():
        return place % 4 + 1
    per_household = name in ("case_number", "hukou_household_number")
    return f"{re.sub('[^a-z]', '', name)[:4].upper()}{place // 6 if per_household else place:07d}"


def _name(rng: np.random.Generator) -> str:
    if rng.random() < 0.02:
        return "古丽·买买提" if rng.random() < 0.5 else "阿不都热依木·买买提江"
    given = rng.integers(0, len(_GIVEN), 2)
    return _FAMILY[rng.integers(0, len(_FAMILY))] + "".join(_GIVEN[place] for place in given[: rng.integers(1, 3)])
