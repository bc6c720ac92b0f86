"""How cases are kept and paid: reviews on time or late, papers missing at approval, accounts shared, months paid twice.

Drawn from streams of its own beside the cases. A story may state any of it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from world.calendar import AS_OF
from world.chance import Ints, Mask, some_of, stream
from world.places import QUARTERLY_SUBDISTRICTS
from world.scales import Scale

ON_TIME_DAYS = {"A": 340, "B": 165, "C": 165}
"""How old the last review of a case is at most where its office keeps the days (yearly, half-yearly)."""
PAPER_FAULTS = {"no_report": 90, "no_sheet": 60, "late_posting": 70, "late_visit": 40}
_LATE_SHARE = 0.02
_PAID_TWICE_MONTHS = (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1))
_SETTLED = date(2025, 12, 1)


def kept(scale: Scale, seed: int, cases: pl.DataFrame) -> pl.DataFrame:
    """The cases with review_age (days), paper_fault, paid_again_month, first_returned, and shared account numbers."""
    regular = (
        (cases["approved_date"] < _SETTLED)
        & cases["stop_date"].is_null()
        & cases["unpaid_from"].is_null()
        & ~cases["region_code"].str.slice(0, 9).is_in(QUARTERLY_SUBDISTRICTS)
    ).to_numpy()
    told = _with_papers(scale, seed, _with_reviews(seed, cases))
    return _with_second_payments(scale, seed, _with_shared_accounts(scale, seed, told, regular), regular)


def kept_as_told(cases: pl.DataFrame, stories: list[dict[str, Any]]) -> pl.DataFrame:
    """The same for a town: all is in order but for what a story says."""
    heads = [story["members"][0]["name"] for story in stories]
    holder = [heads.index(story.get("account_of", head)) for story, head in zip(stories, heads, strict=True)]
    reviewed = [story.get("last_review") for story in stories]
    return cases.with_columns(
        management_class_code=pl.Series([story.get("management_class", "A") for story in stories]),
        review_age=pl.Series([40 if day is None else (AS_OF - day).days for day in reviewed], dtype=pl.Int64),
        paper_fault=pl.Series([story.get("paper_fault") for story in stories], dtype=pl.String),
        paid_again_month=pl.Series([story.get("paid_again") for story in stories], dtype=pl.Date),
        first_returned=pl.Series([bool(story.get("first_returned")) for story in stories]),
        account_number=cases["account_number"].gather(holder),
    )


def _with_reviews(seed: int, cases: pl.DataFrame) -> pl.DataFrame:
    """Most cases were reviewed within their class's time; a few offices are late by months."""
    chance = stream(seed, "late reviews")
    late = chance.random(len(cases)) < _LATE_SHARE
    more = chance.integers(20, 420, len(cases))
    latest = cases["management_class_code"].replace_strict(ON_TIME_DAYS, return_dtype=pl.Int64).to_numpy()
    drawn = cases["review_age"].to_numpy() % latest
    return cases.with_columns(review_age=pl.Series(np.where(late, latest + more, drawn).astype(np.int64)))


def _with_papers(scale: Scale, seed: int, cases: pl.DataFrame) -> pl.DataFrame:
    chance = stream(seed, "papers of approval")
    able = np.ones(len(cases), dtype=np.bool_)
    fault = np.where(np.arange(len(cases)) % 53 == 7, "no_visit", "").astype(object)
    for kind, count in PAPER_FAULTS.items():
        chosen = some_of(chance, able, scale.count(count))
        able[chosen] = False
        fault[chosen] = kind
    return cases.with_columns(paper_fault=pl.Series(fault, dtype=pl.String).replace("", None))


def _with_shared_accounts(scale: Scale, seed: int, cases: pl.DataFrame, regular: Mask) -> pl.DataFrame:
    """Some accounts draw for three to five households, and some for two of one family."""
    chance = stream(seed, "shared accounts")
    sizes = [*(chance.integers(3, 6, scale.count(50))), *([2] * scale.count(60))]
    order = chance.permutation(np.flatnonzero(regular))[: sum(sizes)]
    holder: Ints = np.arange(len(cases), dtype=np.int64)
    for group in np.split(order, np.cumsum(sizes)[:-1]):
        holder[group] = group[0]
    return cases.with_columns(account_number=cases["account_number"].gather(holder))


def _with_second_payments(scale: Scale, seed: int, cases: pl.DataFrame, regular: Mask) -> pl.DataFrame:
    """A month paid a second time: in truth twice, or because the first payment came back."""
    chance = stream(seed, "second payments")
    twice = some_of(chance, regular, scale.count(60))
    after_return = some_of(chance, regular & ~np.isin(np.arange(len(cases)), twice), scale.count(40))
    month = pl.Series(_PAID_TWICE_MONTHS).gather(chance.integers(0, len(_PAID_TWICE_MONTHS), len(cases)))
    again = pl.Series(np.isin(np.arange(len(cases)), [*twice, *after_return]))
    return cases.with_columns(
        paid_again_month=pl.select(pl.when(again).then(month)).to_series(),
        first_returned=pl.Series(np.isin(np.arange(len(cases)), after_return)),
    )
