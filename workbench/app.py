"""The application: every page behind its door, every response with its headers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from core.errors import DefectError
from core.settings import Settings
from ledger import policy_reports as policy_counts
from ledger.desk import POOL
from workbench.exports.worker import working
from workbench.house import build_house, house_of_app
from workbench.security.headers import SecurityHeaders
from workbench.security.policy import doorless, page_of
from workbench.security.policy_reports import PolicyReports
from workbench.web import (
    accounts,
    audit,
    case,
    case_actions,
    checks,
    dash,
    dealings,
    decide,
    exports,
    handbook,
    healthy,
    home,
    identity,
    letter_actions,
    letters,
    login,
    login_oidc,
    objections,
    policy_reports,
    proving,
    proving_oidc,
    queue,
    queue_tools,
    reveal,
    review,
    runs,
    search,
    settings,
    verify,
)
from workbench.web.errors import WithheldErrors, answer_errors
from workbench.web.one_snapshot import read_in_one_snapshot
from workbench.web.page import STATIC

ROUTERS = (
    login,
    login_oidc,
    proving,
    proving_oidc,
    home,
    queue,
    queue_tools,
    case,
    case_actions,
    dealings,
    checks,
    decide,
    reveal,
    review,
    identity,
    search,
    runs,
    dash,
    audit,
    settings,
    accounts,
    letters,
    letter_actions,
    verify,
    objections,
    exports,
    handbook,
    healthy,
    policy_reports,
)


class KeptFiles(StaticFiles):
    """Static files: their address carries their hash, so a browser may keep them for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@asynccontextmanager
async def _with_worker(app: FastAPI) -> AsyncIterator[None]:
    """While the application serves, a worker makes what takes longer than a request; in production a service does.

    Requests have as many threads as the desk has connections for, for one may need two: what it reads from, and what
    it writes to. More would only wait for each other: Python works in one of them at a time.
    """
    current_default_thread_limiter().total_tokens = POOL // 2
    house = house_of_app(app)
    if house.settings.environment == "production":
        yield
        return
    with working(house) as worker:
        app.state.worker = worker
        yield


def build_app(settings: Settings) -> FastAPI:
    """The workbench over one installation's ledger and runs.

    Raises:
        OperatorError: the ledger cannot be opened, or the sign-in provider is set in part.
        DefectError: a route has no door.
    """
    app = FastAPI(title="Hedui workbench", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_with_worker)
    house = app.state.house = build_house(settings, statement_seconds=settings.web_statement_seconds)
    house.policy_reports = PolicyReports(
        lambda path: page_of(app, path), lambda seen: policy_counts.count(house.desk.ledger, seen)
    )
    _ = house.provider  # what it lacks is said at the start, not to the first who presses the button
    app.state.worker = None
    for module in ROUTERS:
        app.include_router(module.router)
    # Static files hold no secret, so they may be compressed; a page that echoes what was typed may not (BREACH).
    app.mount("/static", GZipMiddleware(KeptFiles(directory=STATIC)), name="static")
    read_in_one_snapshot(app)
    answer_errors(app)
    app.add_middleware(WithheldErrors)
    app.add_middleware(SecurityHeaders)
    if open_ones := doorless(app):
        raise DefectError(
            "workbench.doorless",
            f"routes without a door: {open_ones}",
            where="workbench/web",
            todo="say whose they are",
        )
    return app
