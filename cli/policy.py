"""`hedui policy`: rules and parameters, for the people who own them."""

from __future__ import annotations

from pathlib import Path

import click

from cli.telling import json_option, tell
from core.settings import settings

by_option = click.option("--by", required=True, help="Your name.")
note_option = click.option("--note", required=True, help="What changes and why; kept in the ledger.")


@click.group()
def policy() -> None:
    """Rules and parameters, for the people who own them."""


@policy.command("check")
@json_option
def policy_check(as_json: bool) -> None:
    """Gaps and overlaps among parameters, rules without basis, pages that do not fit their cards.

    \b
    Example: hedui policy check
    """
    from rules.parameters import check as check_parameters

    problems = [str(problem) for problem in check_parameters(settings())]
    tell(problems, as_json, "\n".join(problems) or "✓ no gap, no overlap")
    if problems:
        raise click.exceptions.Exit(1)


@policy.command("diff")
@click.option("--rules", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Working set.")
@click.option("--region", default="", help="Only households whose region code begins so.")
@json_option
def policy_diff(folder: Path | None, region: str, as_json: bool) -> None:
    """What the working set would ask otherwise than the released one, of the night readers see now.

    \b
    Example: hedui policy diff --rules /srv/draft/rules --region 210106
    """
    from ledger.run import open_ledger
    from publish.policy_diff import diff, diff_lines

    found = diff(open_ledger(settings()), settings(), folder=folder, region=region)
    tell(found.as_record(), as_json, "\n".join(diff_lines(found)))


@policy.command("release")
@by_option
@note_option
@json_option
def policy_release(by: str, note: str, as_json: bool) -> None:
    """Release the working set: the next night asks it.

    \b
    Example: hedui policy release --by 王燕 --note "低保标准自7月起提高10%"
    """
    from ledger.run import open_ledger
    from publish.policy_sets import release

    told = release(open_ledger(settings()), settings(), by=by, note=note)
    tell(told.as_record(), as_json, f"✓ {told.policy_set} released by {told.by}: {len(told.rules)} rules")


@policy.command("releases")
@json_option
def policy_releases(as_json: bool) -> None:
    """Every release: which set, when, by whom, why.

    \b
    Example: hedui policy releases
    """
    from ledger.run import open_ledger
    from publish.policy_sets import releases

    found = releases(open_ledger(settings()))
    lines = [f"{one.at:%Y-%m-%d %H:%M} {one.policy_set} {one.by}: {one.note}" for one in found]
    tell([one.as_record() for one in found], as_json, "\n".join(lines) or "nothing was released yet")


@policy.command("put")
@click.argument("rule")
@click.argument("state", type=click.Choice(["released", "shadow", "withdrawn"]))
@by_option
@note_option
@json_option
def policy_put(rule: str, state: str, by: str, note: str, as_json: bool) -> None:
    """Put one rule of the released set into shadow, withdraw it, or bring it back; a release of its own.

    \b
    Example: hedui policy put R-FUND-01 shadow --by 王燕 --note "基数口径待核"
    """
    from ledger.run import open_ledger
    from publish.policy_sets import put

    told = put(open_ledger(settings()), settings(), rule, state, by=by, note=note)
    tell(told.as_record(), as_json, f"✓ {rule} is {state} from the next night on ({told.policy_set})")
