"""Faults of how a file arrives: its name, its control file, its coming again; and lines without end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from core.errors import ProviderError
from sources.card import Card
from tests.sources.broken.delivery import BrokenDelivery
from tests.sources.broken.specimen import CANARY_NAME, ROWS, file_name, id_number, put, specimen
from tests.sources.broken.text_faults import written

GIGABYTE = 1 << 30


def arrival_faults(card: Card) -> Iterator[BrokenDelivery]:
    """What can be wrong before a byte is read."""
    yield from _named(card)
    yield from _controlled(card)
    good = specimen(card).file()
    other = specimen(card, offset=ROWS).file()
    source = card.source
    yield BrokenDelivery(
        f"{source}: is empty", source, written(card, b""), error=(ProviderError, "delivery.empty"), stage="landing"
    )
    yield BrokenDelivery(
        f"{source}: came again with other bytes",
        source,
        written(card, other),
        preceded_by=written(card, good),
        error=(ProviderError, "delivery.changed"),
        stage="landing",
    )
    yield BrokenDelivery(
        f"{source}: came twice",
        source,
        lambda inbox: put(inbox, card, good, file_name(card, sequence=2)),
        preceded_by=written(card, good),
        state="duplicate",
    )
    part = file_name(card) + ".part"
    yield BrokenDelivery(
        f"{source}: is under way", source, lambda inbox: put(inbox, card, good[:50], part), state="waiting"
    )


def endless_line(card: Card) -> BrokenDelivery:
    """A healthy beginning, then one line of a gigabyte (sparse on disk)."""
    text = specimen(card).text()

    def write(inbox: Path) -> Path:
        path = put(inbox, card, text)
        with path.open("r+b") as out:
            out.truncate(GIGABYTE)
        return path

    error = (ProviderError, "delivery.endless_line")
    return BrokenDelivery(f"{card.source}: has a line of a gigabyte", card.source, write, error=error, heavy=True)


def _named(card: Card) -> Iterator[BrokenDelivery]:
    names = {
        "is named with a month thirteen": (file_name(card, day="20261301", month="202613"), "delivery.name_date"),
        "is named with a day to come": (file_name(card, day="29990101", month="299901"), "delivery.name_date"),
        "is named without a date": (file_name(card, day="", month=""), "delivery.file_name"),
        "is named after a person": (f"{id_number(1)}{Path(file_name(card)).suffix}", "delivery.file_name"),
    }
    content = specimen(card).file()
    for name, (file, code) in names.items():
        yield BrokenDelivery(
            f"{card.source}: {name}",
            card.source,
            _under(card, content, file),
            error=(ProviderError, code),
            stage="landing",
        )


def _under(card: Card, content: bytes, file: str) -> Callable[[Path], Path]:
    return lambda inbox: put(inbox, card, content, file)


def _controlled(card: Card) -> Iterator[BrokenDelivery]:
    good = specimen(card).file()
    sha256 = hashlib.sha256(good).hexdigest()
    said: dict[str, bytes] = {
        "has a control file with another hash": json.dumps({"sha256": "0" * 64}).encode(),
        "has a control file with another size": json.dumps({"bytes": len(good) + 1}).encode(),
        "has a control file of tomorrow": json.dumps({"as_of": "2999-01-01"}).encode(),
        "has a control file that names a person": json.dumps({CANARY_NAME: id_number(0)}).encode(),
        "has a control file that is no JSON": f"rows={CANARY_NAME}".encode("gb18030"),
    }
    for name, control in said.items():
        yield BrokenDelivery(
            f"{card.source}: {name}",
            card.source,
            _with_control(card, good, control),
            error=(ProviderError, "delivery.control"),
            stage="landing",
        )
    less = json.dumps({"rows": ROWS + 1, "sha256": sha256}).encode()
    yield BrokenDelivery(
        f"{card.source}: has fewer rows than its control file says",
        card.source,
        _with_control(card, good, less),
        rows=ROWS,
        gate="control_rows",
    )


def _with_control(card: Card, content: bytes, control: bytes) -> Callable[[Path], Path]:
    def write(inbox: Path) -> Path:
        path = put(inbox, card, content)
        path.with_name(path.name + ".control.json").write_bytes(control)
        return path

    return write
