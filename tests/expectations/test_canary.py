"""An id and a name planted where values go wrong; nothing of them may come out of this floor."""

from __future__ import annotations

import logging
import tempfile
from datetime import date
from pathlib import Path

import pytest

from expectations.run import expect
from ledger.schema import delivery_event, feed_event, run_event
from tests.expectations.house import House, house

ID, NAME, MAY = "11010519491231002X", "欧阳金丝雀", date(2026, 5, 1)
CANARIES = (ID, ID[:17], NAME)
PLANTED = [
    {"item_code": ID, "payer_name": NAME},
    {"income_month": date(2026, 5, 9), "payer_name": NAME, "payer_token": ID},
    {"row_hash": ID, "person_key": NAME},
    {"id_basis": ID, "name_relation": NAME, "birth_relation": ID},
    {"refused_by": NAME, "income_yuan": -1, "payer_name": ID},
    {"payer_name": ID},
    {"payer_name": ID},
]


def warning(name: str, predicate: str, level: str = "record_value") -> dict[str, object]:
    words = {"zh": "检查", "en": "check"}
    return {"name": name, "predicate": predicate, "level": level, "action": "warn", "message": words, "who": "征管科"}


FAULTS: dict[str, tuple[list[dict[str, object]], dict[str, object]]] = {
    "values are bad": ([], {"rows": 10_000, "sums": {NAME: "1"}}),
    "the control file's rows are no number": ([], {"rows": ID}),
    "the control file's sums are no numbers": ([], {"sums": {"收入": NAME}}),
    "the control file is another document": ([], {"rows": [ID], "sums": [NAME]}),
    "a predicate quotes a cell when it fails": ([warning("cast", "CAST(payer_name AS INTEGER) > 0")], {}),
    "a predicate fails late": ([warning("late", "error(payer_name) IS NULL")], {}),
    "a household's predicate fails": ([warning("house", "error(payer_token) IS NULL", "household_consistency")], {}),
    "a predicate is no SQL": ([warning("words", "payer_name ===")], {}),
}


def planted(home: Path, checks: list[dict[str, object]], control: dict[str, object]) -> House:
    made = house(home, checks=checks)
    one = made.deliver(MAY, wages=PLANTED, control=control)
    expect([one], run_id=made.night(), ledger=made.ledger, settings=made.settings)
    expect([one], run_id=None, ledger=made.ledger, settings=made.settings)
    return made


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_of_a_person_leaves_in_pages_tables_ledger_logs_or_streams(
    tmp_path: Path,
    fault: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with caplog.at_level(logging.DEBUG):
        made = planted(tmp_path / "house", *FAULTS[fault])
    said = capfd.readouterr()
    texts = {"stdout": said.out, "stderr": said.err, "logs": caplog.text}
    for folder in (made.settings.home / "work", made.settings.home / "data_docs", scratch):
        texts |= {str(path): path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()}
    with made.ledger.read() as connection:
        for table in (delivery_event, feed_event, run_event):
            texts[table.name] = str(connection.execute(table.select()).all())
    assert any(path.endswith("index.html") for path in texts)
    for canary in CANARIES:
        for form in (canary, canary.encode().decode("latin-1")):
            assert [place for place, text in texts.items() if form in text] == []
