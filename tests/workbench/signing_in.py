"""Requests as a browser makes them, without one: cookies, tokens, headers, over a real socket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx

from tests.workbench.served import Served

_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')
OWN_PAGE = {"sec-fetch-site": "same-origin"}


class Browserless:
    """One visitor. Keeps cookies itself: a browser sends Secure ones to the loopback, an HTTP library does not."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.cookies: dict[str, str] = {}

    def sign_in(self, user_id: str, password: str | None = None) -> Browserless:
        """Sign in as one of the demonstration's accounts."""
        fields = {"user_id": user_id, "password": password or self.served.password}
        answer = self.post("/login", fields, token_from="/login")
        assert answer.status_code == 303, answer.status_code
        return self

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self.request("GET", path, headers=OWN_PAGE)

    def post(self, path: str, fields: Mapping[str, Any], *, token_from: str = "/help") -> httpx.Response:
        """Send a form of our own page."""
        return self.request("POST", path, data={"csrf": self.token(token_from), **fields}, headers=OWN_PAGE)

    def token(self, path: str = "/help") -> str:
        """The token in the forms of a page."""
        found = _TOKEN.search(self.get(path).text)
        assert found, path
        return found[1]

    def request(self, method: str, path: str, *, headers: Mapping[str, str], **sent: Any) -> httpx.Response:
        """One request with the cookies so far; keeps those that the answer sets."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        address = f"{self.served.address}{path}"
        answer = httpx.request(method, address, headers={**headers, "cookie": cookie}, timeout=60, **sent)
        for header in answer.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0].strip('"')
        return answer
