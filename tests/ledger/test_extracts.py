"""Extracts: recorded once; other rows for the same inputs are a defect."""

from __future__ import annotations

import pytest

from core.errors import DefectError, OperatorError
from ledger import extracts
from ledger.run import Ledger
from tests.ledger.examples import landed, record


def test_an_extract_is_recorded_once_and_found_by_any_of_its_three_names(each_ledger: Ledger) -> None:
    one = record(each_ledger, landed("vehicle")).delivery_id
    for subjects, version in (("s1", "1"), ("s2", "1"), ("s1", "2")):
        assert extracts.record(each_ledger, one, subjects, version, "extracts/x", "aa", None, {"matched": 1})
    assert not extracts.record(each_ledger, one, "s1", "1", "extracts/x", "aa", None, {"matched": 1})
    assert len(extracts.find(each_ledger, one)) == 3
    assert [found.transform_version for found in extracts.find(each_ledger, subject_set_id="s1")] == ["1", "2"]
    assert extracts.covered(each_ledger, one, "1") == ["s1", "s2"]
    assert extracts.find(each_ledger, one, "s1", "2")[0].account == {"matched": 1}


def test_the_same_inputs_giving_other_rows_is_a_defect_that_is_told(each_ledger: Ledger) -> None:
    one = record(each_ledger, landed("vehicle")).delivery_id
    extracts.record(each_ledger, one, "s1", "1", "extracts/x", "aa", "bb", {})
    with pytest.raises(DefectError, match=r"extract\.differs"):
        extracts.record(each_ledger, one, "s1", "1", "extracts/x", "cc", "bb", {})


def test_a_subject_set_is_recorded_once(each_ledger: Ledger) -> None:
    assert extracts.record_subject_set(each_ledger, "s1", 3, "subjects/s1.parquet")
    assert not extracts.record_subject_set(each_ledger, "s1", 3, "subjects/s1.parquet")
    assert extracts.get_subject_set(each_ledger, "s1").person_count == 3
    with pytest.raises(OperatorError, match=r"subjects\.unknown"):
        extracts.get_subject_set(each_ledger, "s2")
