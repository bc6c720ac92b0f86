"""The commands that keep an installation: its backup, and its restoring."""

from __future__ import annotations

from pathlib import Path

import click

from cli.telling import json_option, tell
from core.settings import settings

_place = click.Path(path_type=Path)
_passphrase = click.option(
    "--passphrase-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Instead of being asked."
)


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the ledger to this version's schema and give each login of the database its rights; for the owner's login.

    \b
    Example: hedui migrate
    """
    from ledger.run import migrate_ledger

    revision = migrate_ledger(settings())
    tell({"revision": revision}, as_json, f"✓ the ledger's schema is {revision}")


@click.command()
@click.argument("folder", type=_place)
@click.option("--keys", "keys_file", type=_place, required=True, help="New file for the sealed keys, kept elsewhere.")
@_passphrase
@json_option
def backup(folder: Path, keys_file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Copy the ledger, all files it names and, sealed under a passphrase and apart, the keys. Work may go on meanwhile.

    \b
    Example: hedui backup /backup/20260620 --keys /safe/20260620.keys
    """
    from publish.backup import back_up

    made = back_up(settings(), folder, keys_file, _given(passphrase_file, confirm=True))
    tell(made.as_record(), as_json, f"✓ {made.files} files, {made.bytes:,} bytes · keys in {keys_file}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--keys", "keys_file", type=_place, required=True, help="The file with the sealed keys.")
@_passphrase
@json_option
def restore(folder: Path, keys_file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Make an installation again from its backup, in an empty home and database; then verify its audit chain.

    \b
    Example: HEDUI_HOME=/srv/new hedui restore /backup/20260620 --keys /safe/20260620.keys
    """
    from publish.backup import restore as restore_from

    report = restore_from(settings(), folder, keys_file, _given(passphrase_file, confirm=False))
    tell(report.as_record(), as_json, str(report))
    if not report.whole:
        raise click.exceptions.Exit(4)


def _given(file: Path | None, *, confirm: bool) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").strip("\n")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))
