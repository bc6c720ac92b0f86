"""What is done to a delivery's files after its provider wrote them: sent again, or received late."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from sources.writing import Written
from world.deliveries import Delivery

LATE_RECEIPT = "2026-06-20T00:40:00+08:00"


def after_writing(delivery: Delivery, written: Written) -> list[Path]:
    """Do what happens to the files on their way; gives further files that came of it."""
    if delivery.met("late") and written.control_path is not None:
        _received_late(written.control_path)
    return [_sent_again(written)] if delivery.met("sent_twice") else []


def _sent_again(written: Written) -> Path:
    again = written.path.with_name(f"{written.path.stem}_2{written.path.suffix}")
    shutil.copyfile(written.path, again)
    if written.control_path is not None:
        shutil.copyfile(written.control_path, again.with_name(f"{again.name}.control.json"))
    return again


def _received_late(control_path: Path) -> None:
    control = json.loads(control_path.read_text("utf-8"))
    control["claims_received_at"] = LATE_RECEIPT
    control_path.write_text(json.dumps(control, ensure_ascii=False, indent=1) + "\n", "utf-8")
