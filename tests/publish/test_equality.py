"""Two runs say the same when their rows are the same, however the rows stand and the numbers are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from publish.equality import findings_hash

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["f1", "f2", "f3"]),
        st.one_of(st.none(), st.decimals(-1000, 1000, places=2, allow_nan=False)),
        st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 12, 31))),
    ),
    max_size=8,
)
SCHEMA = {"finding_key": pl.String, "found_yuan": pl.Decimal(14, 2), "period_from": pl.Date}
EVIDENCE = pl.DataFrame({"finding_key": ["f1"], "row_key": ["roster-1:2"]})


def tables(rows: list[tuple[str, Decimal | None, date | None]]) -> dict[str, pl.DataFrame]:
    return {"finding": pl.DataFrame(rows, schema=SCHEMA, orient="row"), "evidence": EVIDENCE}


@given(rows=ROWS, seed=st.integers(0, 99))
def test_order_of_rows_and_columns_and_the_scale_of_numbers_do_not_matter(
    rows: list[tuple[str, Decimal | None, date | None]], seed: int
) -> None:
    straight = tables(rows)
    turned = straight["finding"].sample(fraction=1, shuffle=True, seed=seed).select(reversed(list(SCHEMA)))
    wider = turned.with_columns(pl.col("found_yuan").cast(pl.Decimal(18, 4)))
    assert findings_hash(straight) == findings_hash({"finding": wider, "evidence": EVIDENCE})


@given(rows=ROWS, other=ROWS)
def test_different_rows_have_different_hashes(
    rows: list[tuple[str, Decimal | None, date | None]], other: list[tuple[str, Decimal | None, date | None]]
) -> None:
    same = sorted(map(repr, rows)) == sorted(map(repr, other))
    assert (findings_hash(tables(rows)) == findings_hash(tables(other))) is same


def test_evidence_counts_too() -> None:
    without = {**tables([]), "evidence": EVIDENCE.clear()}
    assert findings_hash(tables([])) != findings_hash(without)
