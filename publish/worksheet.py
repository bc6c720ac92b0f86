"""The published worksheet of one household, for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from core.errors import OperatorError
from core.settings import Settings
from publish.equality import plain
from publish.findings import published_folder
from publish.manifest import read_manifest
from rules.worksheet.paper import on_paper


def explain_household(household_key: str, *, settings: Settings, run_id: str | None = None) -> dict[str, Any]:
    """The household's sheet, its lines and the unit's members as JSON-ready fields, with the sheet `on_paper`.

    Raises:
        OperatorError: the run has no such household.
    """
    folder = published_folder(run_id, settings)
    manifest = read_manifest(folder)
    told = worksheet_of(folder, household_key)
    if told is None:
        raise OperatorError(
            "household.unknown",
            "the run has no such household",
            where=f"{folder.name} {household_key}",
            todo="check the key, or name the run it was seen in with --run",
        )
    return {"run_id": manifest["run_id"], "as_of": manifest["as_of"], "banners": manifest["banners"], **told}


def worksheet_of(folder: Path, household_key: str) -> dict[str, Any] | None:
    """`sheet`, `lines`, `unit` and `on_paper` of a household in a published folder; None where it has no sheet."""
    mine = pl.col("household_key") == household_key
    sheets, lines, unit = (
        pl.scan_parquet(folder / f"{name}.parquet").filter(mine).collect().to_dicts()
        for name in ("worksheet", "worksheet_line", "unit_member")
    )
    if not sheets:
        return None
    lines.sort(key=lambda line: int(line["line_number"]))
    return {
        "sheet": _plain(sheets[0]),
        "lines": [_plain(line) for line in lines],
        "unit": [_plain(member) for member in unit],
        "on_paper": on_paper(sheets[0], lines),
    }


def household_lines(told: dict[str, Any]) -> list[str]:
    """The household's sheet for people at a terminal, with who is not counted and why."""
    left_out = [member for member in told["unit"] if not member["counted"]]
    return [
        *(f"! {banner['zh']}" for banner in told["banners"]),
        *told["on_paper"],
        *(f"- 不计入 not counted: {m['person_key']} {m['reason_code']} ({m['reason_source']})" for m in left_out),
        f"- 参数 parameters: {told['sheet']['parameter_rows']}",
        f"- {told['run_id']} as of {told['as_of']}",
    ]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.items()}
