"""What a broken delivery is: how it is written and what must become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.errors import HeduiError

Stage = Literal["landing", "reading"]
Write = Callable[[Path], Path]


@dataclass(frozen=True)
class BrokenDelivery:
    """One delivery with one fault.

    `write(inbox)` writes it below an inbox folder and gives its path; `preceded_by` writes what has to land before.
    Exactly one of these must come true:

    * `error` (class, code) at `stage`: the file is refused whole, in the name of who must act;
    * `state`: landing answers `duplicate` or `waiting`;
    * otherwise it is read: `rows` rows stay readable, `quarantined` gives the reason per line, and where `gate` is set
      the feed must be stopped by that limit of the card; `doubled` rows are duplicates.
    """

    name: str
    source: str
    write: Write
    preceded_by: Write | None = None
    error: tuple[type[HeduiError], str] | None = None
    stage: Stage = "reading"
    state: Literal["duplicate", "waiting"] | None = None
    rows: int = 0
    quarantined: dict[int, str] = field(default_factory=dict)
    gate: str | None = None
    doubled: int = 0
    heavy: bool = False
