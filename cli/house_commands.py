"""The commands about the house itself: its pages, the main job, Airflow, the benchmark."""

from __future__ import annotations

import sys

import click

from cli.telling import json_option, say
from core.errors import OperatorError


@click.command()
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


@click.command()
@click.option("--scale", type=click.Choice(["town", "district", "city"]), default="district", show_default=True)
@click.option("--seed", type=int, default=20260620, show_default=True)
def demonstrate(scale: str, seed: int) -> None:
    """The main job: an invented district, landed and verified by a real Airflow, with a summary.

    \b
    Example: hedui demonstrate --scale town
    """
    from cli.demonstrate import demonstrate as main_job

    raise click.exceptions.Exit(main_job(scale, seed, say=say))


@click.command()
@click.option("--scale", type=click.Choice(["town", "district", "city"]), default="district", show_default=True)
@click.option("--seed", type=int, default=20260620, show_default=True)
def serve(scale: str, seed: int) -> None:
    """Leave Airflow and the workbench serving on the loopback until Ctrl-C; an empty demonstration is filled first.

    \b
    Example: hedui serve --scale town
    """
    from cli.serve import serve_until_interrupted

    serve_until_interrupted(scale, seed, say=say)


@click.command()
@click.option("--scale", "scales", multiple=True, type=click.Choice(["town", "district", "city"]))
@click.option("--rounds", type=click.IntRange(min=1), help="Rounds of each scale (default: 3, of the city 1).")
@click.option("--workbench", is_flag=True, help="Instead the workbench over the current run, with 100,000 open cases.")
@json_option
def bench(scales: tuple[str, ...], rounds: int | None, workbench: bool, as_json: bool) -> None:
    """The timed path, landing to publish, as a ratio to DuckDB parsing the same rows as plain CSV.

    \b
    Example: hedui bench --scale district --rounds 3
             hedui --home var bench --workbench
    """
    import subprocess

    further = ["--json"] if as_json else []
    if workbench:
        command = [sys.executable, "-m", "bench.workbench", *further]
    else:
        further += ["--rounds", str(rounds)] if rounds else []
        command = [sys.executable, "-m", "bench.night", *(scales or ("district", "city")), *further]
    raise click.exceptions.Exit(subprocess.run(command, check=False).returncode)
