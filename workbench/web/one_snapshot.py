"""A page that is only looked at reads the ledger once: one connection, one snapshot, within the visitor's scope."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from workbench.house import house_of_app
from workbench.security.forgery import SAFE
from workbench.security.policy import Door, door_of, routes
from workbench.security.visitor import Visitor


def read_in_one_snapshot(app: FastAPI) -> None:
    """Let every page behind a door that changes nothing see the ledger as it stood at one instant."""
    for route in routes(app):
        looks = (route.methods or set()) <= SAFE and isinstance(door_of(route), Door)
        if looks and not iscoroutinefunction(route.endpoint):
            route.dependant.call = _within_one(app, route)


def _within_one(app: FastAPI, route: APIRoute) -> Callable[..., Any]:
    page = route.endpoint

    @wraps(page)
    def shown(**values: Any) -> Any:
        visitor = next((one for one in values.values() if isinstance(one, Visitor)), None)
        if visitor is None:
            return page(**values)
        with house_of_app(app).desk.read(visitor.scope):
            return page(**values)

    return shown
