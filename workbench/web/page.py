"""Turning what a page knows into HTML: one template, the visitor's language, the shell around it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.errors import HeduiError, OperatorError
from core.moment import SHANGHAI
from workbench.evidence.measured import interval
from workbench.evidence.snapshot import Snapshot
from workbench.house import house_of
from workbench.security.cookies import VISIT, keep, language_of, session_of, visit_of
from workbench.security.forgery import token_for
from workbench.security.visitor import Visitor
from workbench.web.indentation import Unindented
from workbench.web.missed_night import MissedNight, missed_night
from workbench.words.catalogue import FLOOR, LANGUAGES, teller, translator
from workbench.words.codes import code_words, said, worded
from workbench.words.regions import nearer, place

STATIC = FLOOR / "static"
_COMPONENTS = (
    *("tokens", "base", "shell", "card", "table", "form", "chip"),
    *("home", "queue", "case", "evidence", "identity", "runs", "checks", "dash", "settings", "help", "print"),
)
SHEETS = tuple(f"{name}.css" for name in _COMPONENTS)
SCRIPTS = ("keyboard.js", "case.js", "reveal.js")
DASHBOARD_SCRIPTS = ("charts.js",)


class Notice(NamedTuple):
    """One line above the page about what just happened: `good`, `bad` or plain."""

    kind: str
    words: str


def page(
    request: Request, template: str, visitor: Visitor | None = None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """The page as HTML in the visitor's language. `run` and `notice` are the shell's; all else is the template's.

    Raises:
        jinja2.UndefinedError: the template wants something it was not given.
    """
    language = language_of(request)
    session = session_of(request) if visitor else ""
    if visitor and "run" not in values:
        values["run"] = current_run(request)
    run = values.setdefault("run", None)
    shell = {
        "visitor": visitor,
        "language": language,
        "csrf": token_for(house_of(request).master, session or visit_of(request)),
        "path": _way_back(request),
        "section": template.partition("/")[0],
        "notice": values.pop("notice", None),
        "run_banners": [banner[language] for banner in run.manifest["banners"]] if run else [],
        "missed": _missed(request, template, visitor, language),
        "sheets": SHEETS,
        "scripts": SCRIPTS,
    }
    text = _environments()[language].get_template(template).render({**shell, **values})
    answer = HTMLResponse(text, status_code=status)
    if not session:
        keep(answer, VISIT, visit_of(request))
    return answer


def _missed(request: Request, template: str, visitor: Visitor | None, language: str) -> MissedNight | None:
    """The night that readers do not see; the pages of runs say it themselves."""
    if visitor is None or template.startswith("runs/"):
        return None
    return missed_night(house_of(request), current_run(request), language)


def current_run(request: Request) -> Snapshot | None:
    """The run that readers see now, or none before the first night."""
    try:
        return house_of(request).run()
    except OperatorError as error:
        if error.code != "run.none_current":
            raise
        return None


def refused(request: Request, error: HeduiError) -> Notice:
    """What an error says to the person in front of the page: by its code in their language, else as it was written."""
    language = language_of(request)
    if error.code in code_words()["refusal"]:
        return Notice("bad", said("refusal", error.code, language))
    return Notice("bad", f"{error.what} · {error.todo}")


def asset(path: str) -> str:
    """The address of a static file, with its content's hash so that browsers may keep it for ever."""
    return f"/static/{path}?v={_hash(path)}"


@lru_cache(maxsize=64)
def _hash(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


def _way_back(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}" if request.method == "GET" else "/"


@lru_cache(maxsize=1)
def _environments() -> dict[str, Environment]:
    return {language: _environment(FLOOR / "templates", language) for language in LANGUAGES}


def _environment(folder: Path, language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", Unindented],
    )
    environment.globals |= {
        "_": teller(language),
        "gettext": translator(language),
        "colon": "：" if language == "zh" else ": ",
        "comma": "、" if language == "zh" else ", ",
        "asset": asset,
        "said": lambda group, code: said(group, code, language),
        "worded": lambda group, code: worded(group, code, language),
        "place": lambda code: place(code, language),
        "nearer": lambda code: nearer(code, language),
    }
    environment.filters |= {"interval": interval, "yuan": yuan, "day": day, "moment": moment, "count": count}
    return environment


def yuan(amount: Decimal | None) -> str:
    """`3,629.16`; a dash where there is no amount, for no amount is not zero."""
    return "—" if amount is None else f"{amount:,.2f}"


def count(number: int | None) -> str:
    """`12,345`; a dash where nothing was counted."""
    return "—" if number is None else f"{number:,}"


def day(value: date | datetime | str | None) -> str:
    """`2026-06-20`, an instant by the day it was in Shanghai; a dash where there is none."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI)
    return str(value)[:10]


def moment(value: datetime | str | None) -> str:
    """`2026-06-20 06:12` in Shanghai; a dash where there is none."""
    if value is None:
        return "—"
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
