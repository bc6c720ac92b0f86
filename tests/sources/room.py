"""A small source of our own for tests of reading and landing: its card and a writer of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sources.card import Card

HEADERS = ["身份证号", "姓名", "所属月份", "缴费类型", "缴费工资", "备注", "序号"]
PERSON = ("11010519491231002X", "古丽·阿依", "202605", "10", "1234.50", "", "1")


def raw_card(**file: Any) -> dict[str, Any]:
    """The test card as text, with keys of `file` replaced."""
    shape = {
        "pattern": r"wage_(?P<period>\d{6})(_(?P<sequence>\d+))?\.(csv|zip|xlsx|txt)",
        "format": "csv",
        "encoding": "gb18030",
        "totals_marker": "合计",
        "as_of": "pattern",
    } | file
    return {
        "source": "wage",
        "title": {"zh": "工资", "en": "Wages"},
        "provider": {"zh": "社保", "en": "Social insurance"},
        "contact": {"zh": "科", "en": "Section"},
        "legal_basis": {"text": "《社会救助暂行办法》第五十八条", "rests_on": "consent"},
        "attesting_origin": "wage_reports",
        "table": "contribution",
        "kind": "delta",
        "cadence": {"every": "month", "max_age_days": 62},
        "file": {key: value for key, value in shape.items() if value is not None},
        "covers": [{"fact": "contribution", "period": "month"}],
        "natural_key": ["id_number", "settlement_month"],
        "columns": {
            "身份证号": {"name": "id_number", "type": "id_number", "sensitivity": "identity"},
            "姓名": {"name": "name", "type": "name", "sensitivity": "identity"},
            "所属月份": {"name": "settlement_month", "type": "month", "sensitivity": "none"},
            "缴费类型": {"name": "pay_kind_code", "type": "code", "codes": "kind", "sensitivity": "none"},
            "缴费工资": {
                "name": "wage_monthly_yuan",
                "type": "amount",
                "unit": "yuan",
                "sensitivity": "financial",
            },
            "备注": {
                "name": "remark",
                "type": "text",
                "sensitivity": "none",
                "required": False,
                "delivered": "sometimes",
            },
        },
        "code_tables": {"kind": {"10": "normal", "20": "back_pay"}},
        "ignored": {"序号": "counts lines of their export"},
        "healthy": {"rows_min": 1, "unusable_id_share_max": 0.1, "structural_refusal_share_max": 0.1},
    }


def card(**file: Any) -> Card:
    """The test card as a model."""
    return Card.model_validate(raw_card(**file))


def fixed_width_card() -> Card:
    """The test card for a byte-counted fixed-width file without header."""
    widths = dict(zip(HEADERS, [18, 10, 6, 2, 10, 8, 4], strict=True))
    return card(format="fixed_width", header=False, widths=widths)


def write_room(folder: Path, **file: Any) -> Path:
    """The test source as a room below `folder`; gives back `folder`."""
    room = folder / "wage"
    room.mkdir(parents=True, exist_ok=True)
    (room / "source.yml").write_text(yaml.safe_dump(raw_card(**file), allow_unicode=True), "utf-8")
    return folder


def csv_bytes(rows: list[list[str]], *, encoding: str = "gb18030", headers: list[str] | None = None) -> bytes:
    """Rows under a header as plain CSV."""
    lines = [HEADERS if headers is None else headers, *rows]
    return "".join(",".join(line) + "\n" for line in lines).encode(encoding)
