"""How every command speaks: for people or as one JSON document, with errors as one clear line."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import Any

import click

from core.errors import HeduiError
from core.moment import SHANGHAI

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


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


def tell(document: Any, as_json: bool, text: str) -> None:
    """Print the document as JSON, or its text for people."""
    click.echo(json.dumps(document, ensure_ascii=False, default=str, indent=1) if as_json else text)


def say(line: str) -> None:
    """One line of progress, with the time."""
    click.echo(f"{datetime.now(SHANGHAI):%H:%M:%S}  {line}")


def instant(text: str | None) -> datetime | None:
    """An instant as written, Asia/Shanghai where no zone is given.

    Raises:
        BadParameter: it is none.
    """
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("not an instant; write for example 2026-06-20T02:00+08:00") from None
    return given if given.tzinfo else given.replace(tzinfo=SHANGHAI)


def day(text: str | None) -> date | None:
    """A day as written.

    Raises:
        BadParameter: it is none.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("not a day; write for example 2026-06-20") from None
