"""The page one reads after a night: feeds, findings, what could not be looked at, the score, where things are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from core.errors import OperatorError
from core.settings import Settings
from ledger import runs
from ledger.run import open_ledger
from publish.folder import run_folder
from publish.manifest import read_manifest

CLASSES = ("matched", "not_subject", "unusable_id", "duplicate", "refused_by_meaning", "structurally_refused")
SEVERITIES = ("urgent", "eligibility", "amount", "question", "information", "favourable")


def chosen_run(settings: Settings, run_id: str | None) -> str:
    """The run asked for, or the current one.

    Raises:
        OperatorError: no run is current yet.
    """
    found = run_id or runs.current(open_ledger(settings))
    if found is None:
        raise OperatorError(
            "run.none", "no run is current yet", where=str(settings.home), todo="run a night: hedui run --as-of DAY"
        )
    return found


def print_summary(settings: Settings, *, truth: Path, say: Callable[[str], None]) -> None:
    """Tell the current run and how it stands against the truth, line by line."""
    for line in summary_lines(settings, chosen_run(settings, None)):
        say(line)
    for line in str(score_run(settings, truth, None)).splitlines():
        say(line)


def score_run(settings: Settings, truth: Path, run_id: str | None) -> Any:
    """A run against the truth; the scorer reads the parameters of the installation as data."""
    from world.score import score

    return score(run_folder(settings, chosen_run(settings, run_id)), truth)


def summary_lines(settings: Settings, run_id: str) -> list[str]:
    """The summary of one published run, for people."""
    folder = run_folder(settings, run_id)
    manifest = read_manifest(folder)
    state = "published" if manifest["accepted"] else "REJECTED, never current"
    return [
        "",
        f"Run {run_id} · as of {manifest['as_of']} · {state}",
        *(f"  ! {reason}" for reason in manifest["reasons"]),
        *_feeds(pl.read_parquet(folder / "run_delivery.parquet")),
        *_findings(pl.read_parquet(folder / "finding.parquet")),
        *_coverage(folder / "coverage.parquet"),
        "",
        f"Run folder   {folder}",
        f"Data Docs    {settings.home / 'data_docs' / run_id / 'index.html'}",
        f"Findings     hedui findings --run {run_id}",
    ]


def _feeds(deliveries: pl.DataFrame) -> list[str]:
    """Rows in, and what became of them, by source; the columns sum to the rows received."""
    counted = (
        deliveries.group_by("source")
        .agg(
            pl.len().alias("files"),
            (pl.col("state") != "accepted").sum().alias("not_used"),
            *(pl.col(name).sum() for name in CLASSES),
        )
        .with_columns(pl.sum_horizontal(CLASSES).alias("rows"))
        .sort("source")
    )
    head = ("feed", "files", "not used", "rows in", "matched", "not subject", "no usable id", "double", "refused")
    lines = ["", "  ".join(f"{word:>12}" if place else f"{word:<26}" for place, word in enumerate(head))]
    for row in counted.iter_rows(named=True):
        refused = row["refused_by_meaning"] + row["structurally_refused"]
        cells = [row["files"], row["not_used"], row["rows"], row["matched"], row["not_subject"], row["unusable_id"]]
        lines.append(
            f"{row['source']:<26}  " + "  ".join(f"{cell or 0:>12,}" for cell in [*cells, row["duplicate"], refused])
        )
    return lines


def _findings(findings: pl.DataFrame) -> list[str]:
    """Findings by rule and severity."""
    lines = ["", f"{'question raised by':<44}" + "".join(f"{name:>13}" for name in SEVERITIES)]
    table = findings.group_by("rule", "severity").len()
    for rule in sorted(findings["rule"].unique()):
        counts = dict(table.filter(pl.col("rule") == rule).select("severity", "len").iter_rows())
        lines.append(f"{rule:<44}" + "".join(f"{counts.get(name, 0) or '·':>13}" for name in SEVERITIES))
    households = findings["household_key"].n_unique()
    return [*lines, f"{findings.height:,} questions about {households:,} households; none is a verdict"]


def _coverage(path: Path) -> list[str]:
    """What could not be looked at, by source and reason."""
    cells = pl.scan_parquet(path).group_by("source", "value", "reason").len().collect()
    unseen = cells.filter(pl.col("value") == "could_not_look").sort("len", descending=True)
    total = int(cells["len"].sum() or 0)
    share = int(unseen["len"].sum() or 0) / total if total else 0.0
    return [
        "",
        f"could not look: {share:.1%} of {total:,} cells (person × source × fact × period)",
        *(
            f"  {row['source']:<26}{row['reason']:<34}{row['len']:>12,}"
            for row in unseen.head(14).iter_rows(named=True)
        ),
    ]
