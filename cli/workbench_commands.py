"""The commands of the review workbench: serve it, and make the first accounts of an installation."""

from __future__ import annotations

import click

from cli.telling import say
from core.settings import settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; the loopback unless told.")
@click.option("--port", type=int, default=8088, show_default=True)
def workbench(host: str, port: int) -> None:
    """Serve the review workbench until Ctrl-C. In the demonstration, accounts for each role are made first.

    \b
    Example: hedui workbench --port 8088
    """
    from cli.serve import account_lines, worker
    from workbench.run import serve as serve_workbench

    for line in account_lines(settings()):
        say(line)
    say(f"The workbench serves at http://{host}:{port} · Ctrl-C stops it")
    if settings().environment == "production":  # there the worker is a service of its own: hedui commission work
        serve_workbench(settings(), host=host, port=port)
        return
    with worker():
        serve_workbench(settings(), host=host, port=port)


@click.command()
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
