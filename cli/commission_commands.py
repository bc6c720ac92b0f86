"""The commands of commissioned checks (委托核对): take one in, show the result."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli.telling import day, json_option, tell
from core.settings import settings


@click.group()
def commission() -> None:
    """Commissioned checks: a household that applies, looked at on its own."""


@commission.command("ask")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", required=True, help="Your account in the workbench: an analyst or supervisor of the region.")
@click.option("--region", required=True, help="The 12-digit code of the community where the household lives.")
@click.option("--purpose", required=True, help="application, change, other_assistance or verification.")
@click.option("--document", required=True, help="The number of the letter of request.")
@click.option("--as-of", help="Facts as of this day (default: the current run's).")
@json_option
def ask(file: Path, by: str, region: str, purpose: str, document: str, as_of: str | None, as_json: bool) -> None:
    """Take in the household that FILE (JSON: persons, authorisations, declared) describes; then destroy FILE.

    \b
    Example: hedui commission ask household.json --by analyst --region 210106004001 --purpose application \\
               --document 铁东民函〔2026〕12号
    """
    from workbench.commissioning import ask_as

    given = json.loads(file.read_text(encoding="utf-8"))
    asked = ask_as(settings(), by, given, region_code=region, purpose=purpose, document=document, as_of=day(as_of))
    tell({"check_id": asked}, as_json, f"✓ check {asked} waits: hedui work --once")


@commission.command("show")
@click.argument("check_id", type=int)
@json_option
def show(check_id: int, as_json: bool) -> None:
    """What became of a check: its state and, once looked at, what was asked and what could not be looked at.

    \b
    Example: hedui commission show 12 --json
    """
    from publish.commission_report import report, report_lines

    told = report(settings(), check_id)
    tell(told, as_json, "\n".join(report_lines(told)))
