"""What browsers report against the content security policy: counted by directive and by our own page, nothing else.

A report quotes addresses and a sample of what was blocked, either of which may hold somebody's name. So of its text
only two closed lists survive: the directives there are, and the paths of our routes as the code writes them.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from ledger.policy_reports import OTHER

LOG = logging.getLogger("workbench")
PATH = "/policy-report"
MOST_BYTES = 16_384
MOST_IN_ONE = 20
A_MINUTE = 60
MEDIA = frozenset({"application/csp-report", "application/reports+json", "application/json"})
DIRECTIVES = frozenset(
    {
        *("default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem"),
        *("style-src-attr", "img-src", "font-src", "connect-src", "form-action", "base-uri", "frame-ancestors"),
        *("frame-src", "child-src", "worker-src", "manifest-src", "media-src", "object-src"),
    }
)


class PolicyReports:
    """The reports that this process took; `of_page` says to which route of ours an address belongs, `keep` is told how
    often each report tells of which directive and page."""

    def __init__(self, of_page: Callable[[str], str | None], keep: Callable[[Counter[tuple[str, str]]], None]) -> None:
        self._of_page, self._keep = of_page, keep
        self._lock = threading.Lock()
        self._minute, self._taken = 0, 0
        self.counts: Counter[tuple[str, str]] = Counter()

    def admits(self) -> bool:
        """Whether another report may be read in this minute: who floods us is not listened to."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._taken = minute, 0
            self._taken += 1
            return self._taken <= A_MINUTE

    def take(self, body: bytes) -> bool:
        """Count what a report tells, log and keep it; whether it was a report at all."""
        try:
            told = list(_violations(json.loads(body)))
        except (ValueError, RecursionError):
            return False
        seen: Counter[tuple[str, str]] = Counter()
        for directive, address in told[:MOST_IN_ONE]:
            where = (directive if directive in DIRECTIVES else OTHER, self._of_page(_path(address)) or OTHER)
            seen[where] += 1
            with self._lock:
                self.counts[where] += 1
                count = self.counts[where]
            LOG.warning("csp.violation %s %s (%d since the start)", *where, count)
        if seen:
            self._keep(seen)
        return bool(told)


def _violations(told: Any) -> Iterator[tuple[str, str]]:
    """Directive and page, of a browser's own form of report (`report-uri`) or of the Reporting API's list."""
    if isinstance(told, dict) and isinstance(one := told.get("csp-report"), dict):
        directive = one.get("effective-directive") or one.get("violated-directive")
        yield str(directive).partition(" ")[0], str(one.get("document-uri"))
    for each in told if isinstance(told, list) else []:
        if isinstance(each, dict) and each.get("type") == "csp-violation" and isinstance(one := each.get("body"), dict):
            yield str(one.get("effectiveDirective")), str(one.get("documentURL"))


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""
