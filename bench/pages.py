"""Pages of the workbench under twenty people at once, and what they weigh: `python -m bench.pages`, on HEDUI_HOME.

Each opens pages one after the other without a pause, which is harder than people are. Reports the
median, the 95th percentile and the bytes of each page; asserts nothing (the design asks for 500 ms on four quiet cores
and 60 KB). Accounts and cases are the demonstration's.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import httpx

from core.settings import settings
from workbench.accounts import demonstration_password
from workbench.run import app_of, serving

PEOPLE = 20
ROUNDS = 3
PAGES = ("/", "/queue", "/queue?view=all", "/cases/1", "/review", "/identity", "/runs", "/checks", "/dash")
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Opened(NamedTuple):
    """One page once opened: seconds, bytes of its HTML."""

    path: str
    seconds: float
    bytes: int


def main(people: int = PEOPLE) -> dict[str, dict[str, float]]:
    """Page → milliseconds at the median and the 95th percentile, and bytes. All share one supervisor's session."""
    here = settings()
    password = demonstration_password(here)
    with serving(app_of(here)) as address, httpx.Client(base_url=address, timeout=120) as client:
        cookie = _signed_in(client, password)

        def visit(_: int) -> list[Opened]:
            return [_open(client, path, cookie) for _ in range(ROUNDS) for path in PAGES]

        with ThreadPoolExecutor(people) as crowd:
            opened = [one for theirs in crowd.map(visit, range(people)) for one in theirs]
    return {path: _told([one for one in opened if one.path == path]) for path in PAGES}


def _signed_in(client: httpx.Client, password: str) -> str:
    """The cookies of a session, kept by hand: a browser sends Secure ones to the loopback, a library does not."""
    asked = client.get("/login")
    found = _TOKEN.search(asked.text)
    visit = _cookies(asked)
    fields = {"user_id": "supervisor", "password": password, "csrf": found[1] if found else ""}
    return _cookies(client.post("/login", data=fields, headers={"cookie": visit}))


def _cookies(answer: httpx.Response) -> str:
    return "; ".join(header.partition(";")[0] for header in answer.headers.get_list("set-cookie"))


def _open(client: httpx.Client, path: str, cookie: str) -> Opened:
    begun = time.perf_counter()
    answer = client.get(path, headers={"cookie": cookie})
    answer.raise_for_status()
    return Opened(path, time.perf_counter() - begun, len(answer.content))


def _told(opened: list[Opened]) -> dict[str, float]:
    times = sorted(one.seconds for one in opened)
    cut = statistics.quantiles(times, n=20)[-1]
    return {
        "median_ms": round(1000 * statistics.median(times)),
        "p95_ms": round(1000 * cut),
        "bytes": max(one.bytes for one in opened),
    }


if __name__ == "__main__":
    json.dump(main(*(int(one) for one in sys.argv[1:])), sys.stdout, indent=1)
