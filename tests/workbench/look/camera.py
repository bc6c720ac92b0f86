"""A camera before the workbench: photographs pages as people see them and notes whatever was wrong with them."""

from __future__ import annotations

import html
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi import FastAPI
from playwright.sync_api import Browser, Page, PdfMargins, Response
from starlette.routing import Match

from tests.workbench.browsing import Watched
from tests.workbench.served import Served
from workbench.security.policy import routes

LANGUAGES = ("zh", "en")
DESK, LARGE = (1366, 768), (1920, 1080)
WITHOUT_A_PICTURE = {
    "/healthy": "answers machines",
    "/watermark.css": "is the ground of every page",
    "/fails": "is there for these pictures alone, and is pictured as error-500",
    "/login/oidc": "leads to the provider",
    "/login/oidc/return": "lets somebody in; where it does not, it is pictured as login-provider-unknown",
    "/prove/oidc": "leads to the provider; what leads there is pictured as proving-lead",
    "/runs/airflow/{dag_id}/{airflow_run}": "leads to the page of a run",
}
PAPER_DOTS = 80
HEIGHT = """Math.max(document.documentElement.scrollHeight,
    ...[...document.querySelectorAll(".case .side")].map((one) => one.offsetTop + one.scrollHeight + 80))"""
INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Look</title><style>
body {{ font: 14px sans-serif; margin: 24px; background: #eef0f4; }} h2 {{ font-size: 15px; margin: 24px 0 8px; }}
figure {{ display: inline-block; width: 440px; margin: 0 12px 12px 0; vertical-align: top; }}
figcaption {{ font-size: 12px; }} img {{ width: 440px; height: 260px; object-fit: cover; object-position: top;
border: 1px solid #c3cad6; }}</style></head><body><h1>{count} pictures</h1>{body}</body></html>
"""


class Picture(NamedTuple):
    """One picture: the state of a page that it shows, in which language, and how."""

    state: str
    language: str
    file: str
    address: str


@dataclass
class Camera:
    """Takes pictures into a folder; `known` are the paths of all pages, `met` of those that answered."""

    browser: Browser
    folder: Path
    pictures: list[Picture] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    _desks: dict[tuple[str, str, str], Watched] = field(default_factory=dict)

    def desk(self, served: Served, user_id: str, language: str) -> Watched:
        """The browser of somebody who signed in, once for all of their pictures; of nobody where no user is named."""
        key = (served.address, user_id, language)
        if key not in self._desks:
            self._desks[key] = self.visitor(served, language)
            if user_id:
                self._desks[key].sign_in(user_id, language)
            elif language == "en":
                self._desks[key].page.goto(f"{served.address}/login")
                self._desks[key].page.get_by_role("button", name="English").click()
        return self._desks[key]

    def visitor(self, served: Served, language: str) -> Watched:
        """A new browser that nobody signed in with; its own words, as in the fields of dates, are of the language."""
        locale = {"zh": "zh-CN", "en": "en-GB"}[language]
        context = self.browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, locale=locale)
        page = context.new_page()
        self.known |= {route.path for route in routes(served.app) if "GET" in route.methods}
        page.on("response", lambda answer: self._met(served.app, answer))
        return Watched(page, served)

    def take(self, shown: Watched, state: str, language: str, *, large: bool = False, part: str = "") -> None:
        """The page as it stands: whole, as far as the screen reaches, and on a large screen where asked.

        `part` takes that element alone. What a browser or axe says against the page is kept as trouble.
        """
        page = shown.page
        page.evaluate("document.fonts.ready")
        self.trouble += [f"{state} {language}: {one}" for one in shown.trouble]
        shown.trouble.clear()
        self.trouble += [f"{state} {language}: {one}" for one in shown.unreadable_for_some()]
        if page.evaluate("document.documentElement.scrollWidth") > DESK[0]:
            self.trouble.append(f"{state} {language}: wider than {DESK[0]}")
        if part:
            page.locator(part).screenshot(path=self._file(state, language, page.url))
            return
        if page.evaluate(HEIGHT) > DESK[1]:
            page.screenshot(path=self._file(f"{state}-first-view", language, page.url))
            page.set_viewport_size({"width": DESK[0], "height": page.evaluate(HEIGHT)})
        page.screenshot(path=self._file(state, language, page.url), full_page=True)
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        if large:
            page.set_viewport_size({"width": LARGE[0], "height": LARGE[1]})
            page.wait_for_timeout(150)
            page.screenshot(path=self._file(f"{state}-large", language, page.url), full_page=True)
            page.set_viewport_size({"width": DESK[0], "height": DESK[1]})

    def take_printed(self, page: Page, state: str, language: str) -> None:
        """The page as the browser's printer gives it, on A4."""
        margin: PdfMargins = {"top": "12mm", "bottom": "12mm", "left": "12mm", "right": "12mm"}
        self.take_paper(page.pdf(format="A4", margin=margin), state, language, page.url)

    def take_paper(self, pdf: bytes, state: str, language: str, address: str) -> None:
        """Every sheet of a PDF."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "paper.pdf").write_bytes(pdf)
            command = ["pdftoppm", "-png", "-r", str(PAPER_DOTS), "paper.pdf", "sheet"]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            for number, sheet in enumerate(sorted(Path(folder).glob("sheet*.png")), start=1):
                shutil.copy(sheet, self._file(f"{state}-{number}", language, address))

    def download(self, shown: Watched, path: str, state: str, language: str) -> None:
        """Every sheet of a PDF that the workbench answers with."""
        answer = shown.page.request.get(f"{shown.served.address}{path}")
        assert answer.status == 200, (path, answer.status)
        self.met |= _matching(shown.served.app, path)
        self.take_paper(answer.body(), state, language, path)

    def missing(self) -> set[str]:
        """Pages of the workbench of which there is no picture."""
        return self.known - self.met - set(WITHOUT_A_PICTURE)

    def write_index(self) -> Path:
        """A page that lists them all."""
        by_state: dict[str, list[Picture]] = {}
        for one in self.pictures:
            by_state.setdefault(one.state, []).append(one)
        body = "".join(
            f"<h2>{html.escape(state)}</h2>" + "".join(map(_figure, taken)) for state, taken in by_state.items()
        )
        index = self.folder / "index.html"
        index.write_text(INDEX.format(count=len(self.pictures), body=body), encoding="utf-8")
        return index

    def _file(self, state: str, language: str, address: str) -> Path:
        name = f"{state}.{language}.png"
        path = urlsplit(address).path
        self.pictures.append(Picture(state, language, name, path))
        return self.folder / name

    def _met(self, app: FastAPI, answer: Response) -> None:
        address = urlsplit(answer.url)
        if answer.request.method == "GET" and answer.status < 300:
            self.met |= _matching(app, address.path)


def _figure(one: Picture) -> str:
    file, address = html.escape(one.file), html.escape(one.address)
    return (
        f'<figure><a href="{file}"><img src="{file}" alt="" loading="lazy"></a>'
        f"<figcaption>{one.language} {address}</figcaption></figure>"
    )


def _matching(app: FastAPI, path: str) -> set[str]:
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    return {route.path for route in routes(app) if route.matches(scope)[0] is Match.FULL}
