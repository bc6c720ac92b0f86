"""Every page is also a page for Spark."""

from __future__ import annotations

import re

import pytest

from core.errors import DefectError
from core.settings import ROOT
from rules.doubt import load_doubts
from rules.pages import load_pages, load_terms
from rules.portable import to_spark

TEXTS = {page.name: page.sql for page in load_pages(ROOT / "rules")}
TEXTS |= {f"doubts/{doubt.name}": doubt.sql for doubt in load_doubts(ROOT / "rules").values()}
TEXTS |= {f"terms/{term.name}": term.sql for term in load_terms(ROOT / "rules")}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_page_is_told_in_sparks_words(name: str) -> None:
    told = to_spark(name, TEXTS[name])
    assert not re.search(r"\b(QUALIFY|LIST|ARRAY_TO_STRING|LIST_SORT|REGEXP_MATCHES)\b", told.upper())


@pytest.mark.parametrize(
    "sql",
    [
        "pivot payment on state_code using sum(amount_yuan)",
        "select string_agg(distinct row_key, ' ' order by row_key) from payment",
        "select list(row_key) from payment",
        "select paid_date - to_months(3) from payment",
        "select paid_date - interval 3 month from payment",
        "select arg_max(row_key, paid_date) from payment",
        "select first(row_key) from payment",
        "select any_value(row_key) filter (where paid_date is null) from payment",
        "select list_transform(list_sort(list(row_key)), lambda x: x || '!') from payment",
        "select random() from payment",
        "select current_date from payment",
        "select {'a': row_key} from payment",
        "select * from payment using sample 10",
        "select median_absolute_deviation_of_mine(amount_yuan) from payment",
    ],
)
def test_what_does_not_carry_over_is_refused(sql: str) -> None:
    with pytest.raises(DefectError):
        to_spark("test", sql)
