"""The commands of the review workbench: serve it, do its longer work, make the first accounts of an installation."""

from __future__ import annotations

import signal
import sys
import threading

import click

from cli.telling import say
from core.settings import settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; the loopback unless told.")
@click.option("--port", type=int, default=8088, show_default=True)
@click.option("--processes", type=click.IntRange(1, 32), help="How many serve beside each other.")
def workbench(host: str, port: int, processes: int | None) -> None:
    """Serve the review workbench until Ctrl-C. In the demonstration, accounts for each role are made first.

    \b
    Example: hedui workbench --port 8088
    """
    from cli.serve import account_lines, worker
    from workbench.run import serve as serve_workbench

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    for line in account_lines(settings()):
        say(line)
    say(f"The workbench serves at http://{host}:{port} · Ctrl-C stops it")
    if settings().environment == "production":  # there the worker is a service of its own: hedui work
        serve_workbench(settings(), host=host, port=port, processes=processes)
        return
    with worker():
        serve_workbench(settings(), host=host, port=port, processes=processes)


@click.command()
@click.option("--once", is_flag=True, help="Do what waits now, then end.")
@click.option("--check", is_flag=True, help="Fail when work has waited for long and nobody does any.")
def work(once: bool, check: bool) -> None:
    """Look at commissioned households and make exports, one after the other, until Ctrl-C.

    \b
    Example: hedui work
    """
    from workbench.working import refuse_a_dead_worker, work_that_waits
    from workbench.working import work as keep_working

    if check:
        refuse_a_dead_worker(settings())
        return
    if once:
        work_that_waits(settings(), say=say)
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    keep_working(settings(), stop, say=say)


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
