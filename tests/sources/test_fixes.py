"""Known errors as data: applied where they match, failing where they no longer do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import DefectError, OperatorError
from sources.batch import Batch
from sources.fixes import Fix, Fixing, load_fixes
from sources.reading import read
from tests.sources.room import card, csv_bytes
from tests.sources.test_reading_text import person

CARD = card()
DAY = date(2026, 6, 20)
WHY = {"reason": "old office writes it so", "reported": "2026-06-03, phone", "expected": "July's delivery"}
ROWS = [person(缴费类型="19"), person(), person(备注="测试"), person(缴费类型="19")]


def fixing(tmp_path: Path, *entries: dict[str, Any], name: str = "wage_202605.csv") -> Fixing:
    (tmp_path / "fixes.yml").write_text(yaml.safe_dump([WHY | one for one in entries], allow_unicode=True), "utf-8")
    return Fixing(CARD, load_fixes(tmp_path, CARD), name, on=DAY)


def fixed(fixing: Fixing) -> Batch:
    (batch,) = read(CARD, [csv_bytes(ROWS)])
    return fixing.apply(batch)


def test_a_value_is_set_where_the_error_stands_and_nowhere_else(tmp_path: Path) -> None:
    one = {"file": r"wage_\d+\.csv", "where": {"缴费类型": "19"}, "action": "accept_code", "column": "缴费类型"}
    fixes = fixing(tmp_path, one | {"value": "10", "lines": ["2", "3"]})
    assert fixed(fixes).rows["pay_kind_code"].to_list() == ["10", "10", "10", "19"]
    fixes.finish()


def test_an_empty_cell_can_be_meant(tmp_path: Path) -> None:
    one = {"file": r".*\.csv", "where": {"备注": ""}, "action": "set_value", "column": "备注", "value": "无"}
    assert fixed(fixing(tmp_path, one)).rows["remark"].to_list() == ["无", "无", "测试", "无"]


def test_a_dropped_row_is_counted_among_the_refused(tmp_path: Path) -> None:
    batch = fixed(fixing(tmp_path, {"file": ".*", "where": {"备注": "测试"}, "action": "drop_row"}))
    assert batch.rows["line_number"].to_list() == [2, 3, 5]
    ((line, reason, raw),) = batch.refused.rows()
    assert (line, reason) == (4, "dropped_by_fix")
    assert "测试" in raw


def test_a_fix_that_meets_nothing_fails_for_the_steward(tmp_path: Path) -> None:
    fixes = fixing(tmp_path, {"file": ".*", "lines": ["99"], "action": "drop_row"})
    fixed(fixes)
    with pytest.raises(OperatorError, match="entries 1"):
        fixes.finish()


def test_a_fix_for_another_file_or_past_its_day_is_silent(tmp_path: Path) -> None:
    other = {"file": r"wage_202604\.csv", "lines": ["2"], "action": "drop_row"}
    over = {"file": ".*", "lines": ["2"], "action": "drop_row", "expires": "2026-06-19"}
    fixes = fixing(tmp_path, other, over)
    assert fixed(fixes).rows.height == 4
    fixes.finish()


@pytest.mark.parametrize(
    "entry",
    [
        {"file": ".*", "action": "drop_row"},
        {"file": "(", "lines": ["2"], "action": "drop_row"},
        {"file": ".*", "lines": ["2"], "action": "set_value", "column": "备注"},
        {"file": ".*", "lines": ["2"], "action": "drop_row", "column": "备注", "value": "x"},
        {"file": ".*", "where": {"没有": "x"}, "action": "drop_row"},
        {"file": ".*", "where": {"姓名": "张三"}, "action": "drop_row"},
        {"file": ".*", "lines": ["2"], "action": "accept_code", "column": "缴费类型", "value": "77"},
        {"file": ".*", "lines": ["2"], "action": "accept_code", "column": "备注", "value": "10"},
        {"file": ".*", "lines": ["2"], "action": "forget"},
        {"file": ".*", "lines": ["2"], "action": "drop_row", "reason": ""},
    ],
)
def test_an_entry_that_is_not_whole_is_refused(tmp_path: Path, entry: dict[str, Any]) -> None:
    with pytest.raises(DefectError):
        fixing(tmp_path, entry)


def test_no_fixes_is_no_error(tmp_path: Path) -> None:
    assert load_fixes(tmp_path, CARD) == []
    (tmp_path / "fixes.yml").write_text("[]\n", "utf-8")
    assert load_fixes(tmp_path, CARD) == []


def test_the_entry_in_the_guide_is_whole() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "adding-a-source.md").read_text("utf-8")
    block = text.split("## Known errors")[1].split("```yaml\n")[1].split("```")[0]
    (entry,) = yaml.load(block, Loader=yaml.BaseLoader)
    assert Fix.model_validate(entry).action == "accept_code"
