"""A person at a real browser: signs in, and every page they open is watched."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from tests.workbench.served import Served

AXE = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


PATIENCE = 180_000  # a slow machine decides no test
expect.set_options(timeout=PATIENCE)


@dataclass
class Watched:
    """A page of which nothing may be blocked by the policy, nothing fail, nothing ask a host that is not `known`."""

    page: Page
    served: Served
    trouble: list[str] = field(default_factory=list)
    known: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        self.page.on("request", self._asked)

    def sign_in(self, user_id: str, language: str = "zh") -> Watched:
        """Sign in, in one of the two languages."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.served.address}/login")
        if language == "en":
            self.page.get_by_role("button", name="English").click()
            self.page.wait_for_selector("html[lang=en]")
        self.page.fill("input[name=user_id]", user_id)
        self.page.fill("input[name=password]", self.served.password)
        self.page.locator("main button").click()
        self.page.wait_for_url(f"{self.served.address}/")
        return self

    def open(self, path: str) -> Page:
        """Open a page of ours."""
        answer = self.page.goto(f"{self.served.address}{path}")
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        return self.page

    def unreadable_for_some(self) -> list[str]:
        """What axe finds on the page as it stands: rule and elements."""
        found = Axe().run(self.page, options=AXE).response["violations"]
        return [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 409" not in message.text:
            self.trouble.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.netloc not in (
            urlsplit(self.served.address).netloc,
            *self.known,
        ):
            self.trouble.append(f"foreign host: {address.netloc}")
