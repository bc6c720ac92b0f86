"""`hedui`: every command calls the doors and says what happened, for people or, with `--json`, for programs."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import click

from cli import (
    commission_commands,
    finding_commands,
    house_commands,
    keeping_commands,
    night_commands,
    steward_commands,
    workbench_commands,
)
from cli.policy import policy
from cli.telling import Hedui


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


for command in (
    *(night_commands.world, night_commands.land, night_commands.run, night_commands.check),
    *(finding_commands.findings, finding_commands.explain, finding_commands.replay, finding_commands.score),
    *(policy, steward_commands.feed, steward_commands.audit),
    *(steward_commands.recall, steward_commands.purge),
    *(house_commands.docs, house_commands.demonstrate, house_commands.serve, house_commands.bench),
    *(workbench_commands.workbench, workbench_commands.work, workbench_commands.administrators),
    *(commission_commands.commission, keeping_commands.migrate, keeping_commands.backup, keeping_commands.restore),
):
    main.add_command(command)


if __name__ == "__main__":
    main()
