"""The commands of a night: an invented world, landing, the doors, one file looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli.telling import day, instant, json_option, say, tell
from core.settings import settings


@click.command()
@click.option("--scale", type=click.Choice(["town", "district", "city"]), default="town", show_default=True)
@click.option("--seed", type=int, default=20260620, show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--second-night", is_flag=True, help="Also write what comes for the next night (OUT/second).")
@json_option
def world(scale: Any, seed: int, out: Path, second_night: bool, as_json: bool) -> None:
    """Invent a population and write what each department would deliver, with the truth beside.

    \b
    Example: hedui world --scale town --seed 7 --out var/world
    """
    from world.run import make_world

    summary = make_world(scale, seed, out, second_night=second_night, progress=(lambda _: None) if as_json else say)
    tell(summary.as_record(), as_json, str(summary))


@click.command()
@click.option("--inbox", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--received-at", help="When the delivery claims to have been received, for a historical load.")
@json_option
def land(inbox: Path, received_at: str | None, as_json: bool) -> None:
    """Take every delivery in the inbox: prove what arrived and keep it untouched.

    \b
    Example: hedui land --inbox /srv/inbox
    """
    from publish import night

    told = night.land_inbox(inbox, received_at=instant(received_at), say=(lambda _: None) if as_json else say)
    tell(told, as_json, "\n".join(night.landing_lines(told)))
    if any(entry["state"] == "refused" for entry in told):
        raise click.exceptions.Exit(3)


@click.command()
@click.option("--as-of", help="Facts as of this day (default: today in Asia/Shanghai).")
@click.option("--known-at", help="Deliveries as known at this instant (default: now).")
@click.option(
    "--kind", type=click.Choice(["nightly", "backfill", "commissioned", "shadow"]), default="nightly", show_default=True
)
@click.option("--source", "sources", multiple=True, help="Only these feeds (repeatable).")
@click.option("--request", help="Delivery id of a commissioned request (委托核对).")
@json_option
def run(
    as_of: str | None, known_at: str | None, kind: str, sources: tuple[str, ...], request: str | None, as_json: bool
) -> None:
    """One night through all doors: extract, expect, join, ask, publish.

    \b
    Example: hedui run --as-of 2026-06-20
    """
    from cli.summary import summary_lines
    from publish import night

    published = night.whole_night(
        as_of=day(as_of),
        known_at=instant(known_at),
        kind=kind,
        sources=list(sources),
        request=request,
        say=(lambda _: None) if as_json else say,
    )
    tell(published, as_json, "\n".join(summary_lines(settings(), published["run_id"])))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--source", required=True, help="The room whose card the file should fit.")
@json_option
def check(file: Path, source: str, as_json: bool) -> None:
    """Read one file by a source's card and say what is wrong with it; nothing is kept.

    \b
    Example: hedui check rs_contribution_202605.csv --source contribution
    """
    from cli.check import check_file, check_lines

    report = check_file(file, source)
    tell(report, as_json, "\n".join(check_lines(report)))
    if report["refused_rows"]:
        raise click.exceptions.Exit(3)
