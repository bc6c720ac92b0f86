"""What may be some minutes old: counted once, and kept by a process under a key that names all it depends on."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
KEPT_SECONDS = 300.0
MOST = 256


class Kept(Generic[T]):
    """Answers by key, each for five minutes. What depends on a scope or a run has both in its key: so nobody sees
    another's, and nothing outlives a switch or a recall."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, T]] = {}

    def of(self, key: Hashable, count: Callable[[], T]) -> T:
        """The answer under this key, counted anew where there is none or it is too old."""
        told = self._kept.get(key)
        if told is None or told[0] < time.monotonic():
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = told = (time.monotonic() + KEPT_SECONDS, count())
        return told[1]
