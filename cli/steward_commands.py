"""The commands of those who answer for the house: feeds, recall, purge, audit."""

from __future__ import annotations

import click

from cli.telling import json_option, tell
from core.settings import settings


@click.group()
def feed() -> None:
    """Feeds: what came, what is paused."""


@feed.command("status")
@json_option
def status(as_json: bool) -> None:
    """Each feed: last accepted delivery, waiting and held ones, paused by what.

    \b
    Example: hedui feed status
    """
    from publish.feeds import feed_lines, feed_status

    rows = feed_status(settings())
    tell(rows, as_json, "\n".join(feed_lines(rows)))


@feed.command("resume")
@click.argument("source")
@click.option("--by", required=True, help="Your name.")
@click.option("--reason", required=True, help="Why the feed may go on.")
@click.option("--accept", "delivery_id", help="Also accept this refused delivery.")
@json_option
def resume(source: str, by: str, reason: str, delivery_id: str | None, as_json: bool) -> None:
    """Let a paused feed go on; your name and reason are kept.

    \b
    Example: hedui feed resume vehicle --by 王燕 --reason "车管所确认为全量"
    """
    from publish.feeds import resume_feed

    told = resume_feed(settings(), source, by=by, reason=reason, accept=delivery_id)
    tell(told, as_json, f"✓ {source} goes on")


@click.command()
@click.argument("run_id")
@click.option("--by", required=True, help="Your name; the second call must be another person.")
@click.option("--reason", required=True)
@json_option
def recall(run_id: str, by: str, reason: str, as_json: bool) -> None:
    """Recall a published run: asked by one person, confirmed by another.

    \b
    Example: hedui recall 20260620-nightly-7f3a --by 李强 --reason "名册有误"
    """
    from ledger.run import open_ledger
    from publish.recall import recall as recall_run

    told = recall_run(run_id, by=by, reason=reason, ledger=open_ledger(settings()), settings=settings())
    tell(told, as_json, told["said"])


@click.command()
@json_option
def purge(as_json: bool) -> None:
    """Destroy keys past their retention and thin published runs, as the nightly `purge_expired` does.

    \b
    Example: hedui purge
    """
    from publish import night

    told = night.purge()
    tell(told, as_json, " · ".join(f"{name}: {count}" for name, count in told.items()))


@click.group()
def audit() -> None:
    """The audit's hash chain."""


@audit.command("verify")
@json_option
def audit_verify(as_json: bool) -> None:
    """Verify every link of the audit chain, and that no published run knows of a later one.

    \b
    Example: hedui audit verify
    """
    from ledger.run import open_ledger
    from publish.verify import verify_audit

    report = verify_audit(open_ledger(settings()), settings())
    tell(report.as_record(), as_json, str(report))
    if not report.whole:
        raise click.exceptions.Exit(4)
