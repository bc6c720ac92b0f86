"""`hedui`: every command calls the doors and says what happened, for people or, with `--json`, for programs."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from cli.output import json_option, tell
from cli.policy import policy
from core.errors import HeduiError, OperatorError
from core.moment import SHANGHAI
from core.settings import settings


class Hedui(click.Group):
    """The group that turns our errors into one clear line and exit status 1, with no traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; an error that Hedui raised on purpose is told, not thrown."""
        try:
            return super().invoke(context)
        except HeduiError as error:
            if "--json" in sys.argv:
                click.echo(json.dumps({"error": error.as_record()}, ensure_ascii=False))
            else:
                click.echo(f"✗ {error}", err=True)
            context.exit(1)


def say(line: str) -> None:
    """One line of progress, with the time."""
    click.echo(f"{datetime.now(SHANGHAI):%H:%M:%S}  {line}")


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("not an instant; write for example 2026-06-20T02:00+08:00") from None
    return given if given.tzinfo else given.replace(tzinfo=SHANGHAI)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("not a day; write for example 2026-06-20") from None


@click.group(cls=Hedui, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of all state (HEDUI_HOME).")
def main(home: Path | None) -> None:
    """Hedui (核对): verify the declared circumstances of households against what departments know.

    A mismatch is a question, never a verdict.

    \b
    Example:
      hedui world --scale town --seed 7 --out var/world
      hedui land --inbox var/world/inbox
      hedui run --as-of 2026-06-20
      hedui findings --format csv
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if home:
        os.environ["HEDUI_HOME"] = str(home)


@main.command()
@click.option("--scale", type=click.Choice(["town", "district", "city"]), default="town", show_default=True)
@click.option("--seed", type=int, default=20260620, show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@json_option
def world(scale: Any, seed: int, out: Path, as_json: bool) -> None:
    """Invent a population and write what each department would deliver, with the truth beside.

    \b
    Example: hedui world --scale town --seed 7 --out var/world
    """
    from world.run import make_world

    summary = make_world(scale, seed, out, progress=(lambda _: None) if as_json else say)
    tell(summary.as_record(), as_json, str(summary))


@main.command()
@click.option("--inbox", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--received-at", help="When the delivery claims to have been received, for a historical load.")
@json_option
def land(inbox: Path, received_at: str | None, as_json: bool) -> None:
    """Take every delivery in the inbox: prove what arrived and keep it untouched.

    \b
    Example: hedui land --inbox /srv/inbox
    """
    from publish import night

    told = night.land_inbox(inbox, received_at=_instant(received_at), say=(lambda _: None) if as_json else say)
    tell(told, as_json, "\n".join(night.landing_lines(told)))
    if any(entry["state"] == "refused" for entry in told):
        raise click.exceptions.Exit(3)


@main.command()
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
        as_of=_day(as_of),
        known_at=_instant(known_at),
        kind=kind,
        sources=list(sources),
        request=request,
        say=(lambda _: None) if as_json else say,
    )
    tell(published, as_json, "\n".join(summary_lines(settings(), published["run_id"])))


@main.command()
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


@main.command()
@click.option("--run", "run_id", help="The run (default: the current one).")
@click.option("--rule", help="Only this rule, for example income/pension_not_declared.")
@click.option("--format", "form", type=click.Choice(["csv", "json", "parquet"]), default="csv", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write (needed for parquet).")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def findings(run_id: str | None, rule: str | None, form: str, out: Path | None, as_json: bool) -> None:
    """The findings of a published run.

    \b
    Example: hedui findings --rule income/pension_not_declared --format csv
    """
    from publish.findings import findings as published_findings

    table = published_findings(run_id, rule=rule, settings=settings())
    if form == "parquet":
        if out is None:
            raise click.UsageError("--format parquet needs --out FILE")
        table.write_parquet(out)
        return
    text = table.write_json() if form == "json" or as_json else table.write_csv()
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text)


@main.command()
@click.argument("finding_key", metavar="FINDING_OR_HOUSEHOLD")
@click.option("--run", "run_id", help="The run (default: the current one).")
@click.option("--reveal", is_flag=True, help="Show names and ids unmasked; needs --reason and --by, and is audited.")
@click.option("--reason", help="Why the values must be seen.")
@click.option("--by", help="Who looks.")
@json_option
def explain(
    finding_key: str, run_id: str | None, reveal: bool, reason: str | None, by: str | None, as_json: bool
) -> None:
    """One finding whole: sentence, evidence with file and line, parameter, match, worksheet, innocent explanations.

    Of a household: its worksheet, printed as a table whose sum is its total.

    \b
    Example: hedui explain 3f9c2d…
    Example: hedui explain h0000001
    """
    from publish.explain import explain as explain_finding
    from publish.explain import explanation_lines
    from publish.worksheet import explain_household, household_lines

    if finding_key.startswith("h"):  # a finding's key is hexadecimal
        sheet = explain_household(finding_key, run_id=run_id, settings=settings())
        tell(sheet, as_json, "\n".join(household_lines(sheet)))
        return
    if reveal and not (reason and by):
        raise click.UsageError("--reveal needs --reason and --by: who looks and why goes into the audit")
    told = explain_finding(finding_key, run_id=run_id, reveal=reveal, reason=reason, by=by, settings=settings())
    tell(told, as_json, "\n".join(explanation_lines(told)))


@main.command()
@click.argument("run_or_finding", required=False)
@click.option("--all", "everything", is_flag=True, help="Every published run that is kept.")
@json_option
def replay(run_or_finding: str | None, everything: bool, as_json: bool) -> None:
    """Compute again from stored inputs and say whether the findings are the same.

    \b
    Example: hedui replay --all
    """
    from ledger.run import open_ledger
    from publish.replay import replay as replay_runs

    if bool(run_or_finding) == everything:
        raise click.UsageError("name a run or a finding, or say --all")
    outcomes = replay_runs(run_or_finding, ledger=open_ledger(settings()), settings=settings())
    tell(
        [outcome.as_record() for outcome in outcomes],
        as_json,
        "\n".join(f"{'=' if outcome.same else '≠'} {outcome}" for outcome in outcomes),
    )
    if not all(outcome.same for outcome in outcomes):
        raise click.exceptions.Exit(4)


@main.command()
@click.option("--truth", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--run", "run_id", help="The run (default: the current one).")
@json_option
def score(truth: Path, run_id: str | None, as_json: bool) -> None:
    """Hold a run's findings against the invented world's truth.

    \b
    Example: hedui score --truth var/world/truth
    """
    from cli.summary import score_run

    result = score_run(settings(), truth, run_id)
    tell(result.as_record(), as_json, str(result))


main.add_command(policy)


@main.group()
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


@main.command()
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


@main.command()
@json_option
def purge(as_json: bool) -> None:
    """Destroy keys past their retention and thin published runs, as the nightly `purge_expired` does.

    \b
    Example: hedui purge
    """
    from publish import night

    told = night.purge()
    tell(told, as_json, " · ".join(f"{name}: {count}" for name, count in told.items()))


@main.group()
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


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Fail when a generated page is not current.")
@click.option("--write", "write", is_flag=True, help="Write the pages.")
def docs(only_check: bool, write: bool) -> None:
    """The generated pages: sources, tables, rules, parameters.

    \b
    Example: hedui docs --write
    """
    from cli.pages import generated_pages, stale_pages

    if only_check == write:
        raise click.UsageError("say --check or --write")
    if write:
        for path, text in generated_pages().items():
            path.write_text(text, encoding="utf-8")
            click.echo(f"✓ {path.name}")
        return
    stale = stale_pages()
    if stale:
        raise OperatorError(
            "docs.stale", "generated pages are not current", where=", ".join(stale), todo="run: make docs, and commit"
        )
    click.echo("✓ generated pages are current")


@main.command()
@click.option("--scale", type=click.Choice(["town", "district", "city"]), default="district", show_default=True)
@click.option("--seed", type=int, default=20260620, show_default=True)
def demonstrate(scale: str, seed: int) -> None:
    """The main job: an invented district, landed and verified by a real Airflow, with a summary.

    \b
    Example: hedui demonstrate --scale town
    """
    from cli.demonstrate import demonstrate as main_job

    raise click.exceptions.Exit(main_job(scale, seed, say=say))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; the loopback unless told.")
@click.option("--port", type=int, default=8088, show_default=True)
def workbench(host: str, port: int) -> None:
    """Serve the review workbench until Ctrl-C. In the demonstration, accounts for each role are made first.

    \b
    Example: hedui workbench --port 8088
    """
    from workbench.accounts import ACCOUNTS, demonstration_password
    from workbench.run import serve as serve_workbench

    if settings().environment != "production":
        names = ", ".join(account.user_id for account in ACCOUNTS)
        password = demonstration_password(settings())
        say(f"Accounts of the demonstration: {names}, sysadmin, secadmin · password {password}")
    say(f"The workbench serves at http://{host}:{port} · Ctrl-C stops it")
    serve_workbench(settings(), host=host, port=port)


@main.command()
@click.argument("system")
@click.argument("security")
@click.option("--system-password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.option("--security-password", prompt=True, hide_input=True, confirmation_prompt=True)
def administrators(system: str, security: str, system_password: str, security_password: str) -> None:
    """Make the first two accounts of an installation: SYSTEM asks for grants, SECURITY confirms them.

    \b
    Example: hedui administrators wang.system li.security
    """
    from workbench.accounts import first_administrators

    first_administrators(settings(), (system, system_password), (security, security_password))
    click.echo(f"✓ {system} asks for grants, {security} confirms them")


@main.command()
def serve() -> None:
    """Leave Airflow and the workbench serving on the loopback until Ctrl-C.

    \b
    Example: hedui serve
    """
    from cli.serve import serve_until_interrupted

    serve_until_interrupted(say=say)


@main.command()
@click.option("--scale", "scales", multiple=True, type=click.Choice(["town", "district", "city"]))
@click.option("--rounds", type=click.IntRange(min=1), help="Rounds of each scale (default: 3, of the city 1).")
@json_option
def bench(scales: tuple[str, ...], rounds: int | None, as_json: bool) -> None:
    """The timed path, landing to publish, as a ratio to DuckDB parsing the same rows as plain CSV.

    \b
    Example: hedui bench --scale district --rounds 3
    """
    import subprocess

    further = [*(["--rounds", str(rounds)] if rounds else []), *(["--json"] if as_json else [])]
    command = [sys.executable, "-m", "bench.night", *(scales or ("district", "city")), *further]
    raise click.exceptions.Exit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
