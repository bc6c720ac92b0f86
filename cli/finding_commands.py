"""The commands that read what was published: findings, one of them whole, the same again, the score."""

from __future__ import annotations

from pathlib import Path

import click

from cli.telling import json_option, tell
from core.settings import settings


@click.command()
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


@click.command()
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


@click.command()
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


@click.command()
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
