"""What the checks of one source found in one run, as counts: kept as a table for dashboards and as pages for people."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from expectations.gate import Reason

RESULT_SCHEMA: dict[str, type[pl.DataType]] = {
    "run_id": pl.String,
    "source": pl.String,
    "delivery_id": pl.String,
    "suite": pl.String,
    "check_name": pl.String,
    "level": pl.String,
    "action": pl.String,
    "rows": pl.Int64,
    "unexpected": pl.Int64,
    "success": pl.Boolean,
    "severity": pl.String,
}


@dataclass(frozen=True)
class CheckResult:
    """One check over one delivery: `rows` looked at and `unexpected` among them, both distinct rows of the file."""

    check_name: str
    origin: str
    level: str
    action: str
    rows: int
    unexpected: int
    message_zh: str
    message_en: str
    who: str

    @property
    def success(self) -> bool:
        """Whether no row was bad."""
        return self.unexpected == 0

    @property
    def severity(self) -> str:
        """`critical` where the row is put aside, `warning` where it is only counted."""
        return "critical" if self.action == "refuse" else "warning"


@dataclass(frozen=True)
class DeliveryReport:
    """One delivery's verdict at the gate with reasons, its account (class → rows) and its checks."""

    delivery_id: str
    as_of: str
    state: str
    account: Mapping[str, int]
    reasons: Sequence[Reason] = ()
    checks: Sequence[CheckResult] = ()


@dataclass(frozen=True)
class SourceReport:
    """All deliveries of one source that a run looked at, newest last."""

    run_id: str
    source: str
    title_zh: str
    title_en: str
    provider_zh: str
    table: str
    deliveries: Sequence[DeliveryReport] = field(default=())


def keep(report: SourceReport, folder: Path) -> None:
    """Write the report beside the others of its run.

    Deliveries of the same source that an earlier call of the same run reported stay, unless reported anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.source}.json"
    anew = {delivery.delivery_id: delivery for delivery in report.deliveries}
    earlier = {delivery.delivery_id: delivery for delivery in _read(path).deliveries} if path.exists() else {}
    together = sorted((earlier | anew).values(), key=lambda delivery: (delivery.as_of, delivery.delivery_id))
    whole = SourceReport(**{**report.__dict__, "deliveries": together})
    write_beside(path, json.dumps(asdict(whole), ensure_ascii=False, indent=1).encode())


def kept(folder: Path) -> list[SourceReport]:
    """All reports of a run, by source."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def result_table(reports: Sequence[SourceReport]) -> pl.DataFrame:
    """One row per run × delivery × check, columns as `RESULT_SCHEMA`."""
    return pl.DataFrame(list(_rows(reports)), schema=RESULT_SCHEMA, orient="row")


def write_table(reports: Sequence[SourceReport], path: Path) -> None:
    """The result table as Parquet, replaced whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    result_table(reports).write_parquet(beside)
    os.replace(beside, path)


def write_beside(path: Path, content: bytes) -> None:
    """Write whole or not at all: beside, flushed to disk, renamed."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def _rows(reports: Sequence[SourceReport]) -> Iterator[tuple[Any, ...]]:
    for report in reports:
        for delivery in report.deliveries:
            for check in delivery.checks:
                yield (
                    report.run_id,
                    report.source,
                    delivery.delivery_id,
                    f"{report.source}.{check.origin}",
                    check.check_name,
                    check.level,
                    check.action,
                    check.rows,
                    check.unexpected,
                    check.success,
                    check.severity,
                )


def _read(path: Path) -> SourceReport:
    raw = json.loads(path.read_text("utf-8"))
    deliveries = [
        DeliveryReport(
            **{
                **delivery,
                "reasons": [Reason(**reason) for reason in delivery["reasons"]],
                "checks": [CheckResult(**check) for check in delivery["checks"]],
            }
        )
        for delivery in raw["deliveries"]
    ]
    return SourceReport(**{**raw, "deliveries": deliveries})
