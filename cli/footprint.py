"""What a command costs the machine: wall time, peak memory of all its processes together, disk."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil


class Footprint:
    """Samples a process (this one, if none is named) and all its descendants; proportional set size, so shared pages
    count once."""

    def __init__(self, every_seconds: float = 3.0, *, pid: int | None = None) -> None:
        self._root = pid or os.getpid()
        self.started = time.monotonic()
        self.peak_bytes = 0
        self._every = every_seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Footprint:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def seconds(self) -> float:
        """Wall time since the start."""
        return time.monotonic() - self.started

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            used = 0
            for process in self._family():
                with suppress(psutil.Error):
                    used += process.memory_full_info().pss
            self.peak_bytes = max(self.peak_bytes, used)

    def _family(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(self._root)
            return [root, *root.children(recursive=True)]
        return []


def disk_bytes(folder: Path) -> int:
    """Bytes that the files below `folder` take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
