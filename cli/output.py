"""How commands speak: for people, or with `--json` for programs."""

from __future__ import annotations

import json
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def tell(document: Any, as_json: bool, text: str) -> None:
    """Print the document as JSON, or its text for people."""
    click.echo(json.dumps(document, ensure_ascii=False, default=str, indent=1) if as_json else text)
