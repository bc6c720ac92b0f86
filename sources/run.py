"""The landing door: proves what arrived and keeps it untouched."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Literal

from core.errors import DefectError, HeduiError, ProviderError
from core.moment import SHANGHAI, now, today
from core.settings import Settings
from ledger import deliveries, keys
from ledger.deliveries import Delivery
from ledger.run import Ledger
from ledger.sayings import AS_OF
from sources.arrival import is_temporary, pieces, sha256_of, standing, stands_still
from sources.card import load_all_cards
from sources.control import SUFFIX, Control, read_control
from sources.delivery_name import Named, recognise, shown
from sources.landing import FOLDER, key_id, open_landed, shelf, store

__all__ = ["Landed", "Refusal", "land", "land_inbox", "land_or_refuse", "open_landed"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Landed:
    """What became of a file in the inbox.

    `landed`: stored and recorded now. `duplicate`: the same bytes are here already. `waiting`: not whole yet, come back
    later. `delivery_id`, `sha256` and `byte_count` are None while waiting; `reason` says why it waits or of what it is
    a duplicate, and for which other day a snapshot's bytes now stand too.
    """

    file_name: str
    source: str
    state: Literal["landed", "duplicate", "waiting"]
    delivery_id: str | None = None
    sha256: str | None = None
    byte_count: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken, the folder it lay in, and the error that says who must act."""

    file_name: str
    source: str
    error: HeduiError


def land(file: Path, *, received_at: datetime | None = None, ledger: Ledger, settings: Settings) -> Landed:
    """Take one file: recognise it, wait until it is whole, hash, seal, store once, record.

    `received_at` is when a historical file claims to have been received; without a zone it is meant in Asia/Shanghai.
    Safe to retry after a kill at any point.

    Raises:
        ProviderError: a wrong name or date, an empty file, a control file that contradicts it, other bytes under a
            known name.
        OperatorError: nobody knows the file, it cannot be read, or the disk is full.
    """
    if is_temporary(file):
        return Landed(shown(file), file.parent.name, "waiting", reason="its name is that of a transfer under way")
    named = recognise(file, load_all_cards(settings.sources_folder), today=today())
    if not stands_still(file, settings.settle_seconds):
        return _waiting(file, named, "it is still being written")
    control = read_control(file)
    if control is None and named.card.file.as_of == "control":
        return _waiting(file, named, "its control file has not come yet")
    sha256, byte_count = sha256_of(file)
    _refuse_contradiction(file, control, sha256, byte_count)
    delivery = _delivery(file, named, control, received_at, sha256, byte_count)
    with shelf(named.card.source, settings):
        return _keep(file, named, delivery, ledger, settings)


def land_inbox(
    inbox: Path,
    *,
    received_at: datetime | None = None,
    ledger: Ledger,
    settings: Settings,
    tell: Callable[[Landed | Refusal], None] = lambda _: None,
) -> list[Landed | Refusal]:
    """Land every file in the inbox, flat or in a folder per source, telling each; goes on after a refusal.

    Folders are landed beside each other, a folder's files one after the other: which of two came first counts there.
    """
    found = (path for path in inbox.rglob("*") if not path.is_dir() and not path.name.endswith(SUFFIX))
    in_order = sorted(found, key=lambda file: (file.parent, file.name))
    folders = [list(files) for _, files in groupby(in_order, key=lambda file: file.parent)]

    def landed(files: list[Path]) -> list[Landed | Refusal]:
        return [land_or_refuse(file, received_at=received_at, ledger=ledger, settings=settings) for file in files]

    answers: list[Landed | Refusal] = []
    with ThreadPoolExecutor(settings.threads) as hands:
        for some in hands.map(landed, folders):
            for answer in some:
                tell(answer)
            answers += some
    return answers


def land_or_refuse(
    file: Path, *, received_at: datetime | None = None, ledger: Ledger, settings: Settings
) -> Landed | Refusal:
    """`land`, with a refusal as an answer: one file stops itself, not the inbox."""
    try:
        return land(file, received_at=received_at, ledger=ledger, settings=settings)
    except HeduiError as error:
        log.error("refused %s: %s", shown(file), error)
        return Refusal(shown(file), file.parent.name, error)


def _keep(file: Path, named: Named, delivery: Delivery, ledger: Ledger, settings: Settings) -> Landed:
    """Store and record a delivery, unless its bytes are known; the source's shelf is held."""
    known = deliveries.list_deliveries(ledger, source=delivery.source)
    if same := next((one for one in known if one.sha256 == delivery.sha256), None):
        return _duplicate(file, named, delivery, same, ledger)
    if any(one.delivery_id == delivery.delivery_id for one in known):
        raise DefectError(
            "delivery.id_collision",
            "another delivery's hash begins with the same 12 digits",
            where=delivery.delivery_id,
            todo="lengthen the delivery id",
        )
    other = any(one.file_name == delivery.file_name for one in known)
    if other and named.card.file.resend == "refused":
        raise ProviderError(
            "delivery.changed",
            "a file of this name has landed before with other bytes",
            where=f"{delivery.source}/{shown(file)}",
            todo="send corrections under a new name (next sequence number: _2, _3 …), and say what was corrected",
        )
    key = keys.create(ledger, key_id(delivery.delivery_id))
    target = settings.home / delivery.landing_path
    if not store(pieces(file), target, key, delivery.sha256, settings):
        return _waiting(file, named, "it changed while it was taken")
    deliveries.record(ledger, delivery)
    log.info(
        "landed source=%s delivery=%s bytes=%d sha256=%s",
        *(delivery.source, delivery.delivery_id, delivery.byte_count, delivery.sha256),
    )
    return Landed(shown(file), delivery.source, "landed", delivery.delivery_id, delivery.sha256, delivery.byte_count)


def _duplicate(file: Path, named: Named, delivery: Delivery, same: Delivery, ledger: Ledger) -> Landed:
    """Record that the bytes came again: once per file and time of its writing, so that a retry adds nothing.

    A snapshot stated for another day than before says so in the event: nothing changed since, and that is known now.
    """
    _, _, modified_ns, _ = standing(file)
    told = {"file_name": file.name, "modified_ns": str(modified_ns)}
    another_day = named.card.kind == "snapshot" and named.card.file.as_of != "received" and delivery.as_of != same.as_of
    if another_day and delivery.as_of is not None:
        told[AS_OF] = delivery.as_of.isoformat()
    events = deliveries.events(ledger, same.delivery_id)
    if not any(event.kind == "duplicate_received" and event.detail == told for event in events):
        deliveries.add_event(ledger, same.delivery_id, "duplicate_received", told)
    reason = f"the same bytes landed as {same.delivery_id}"
    if AS_OF in told:
        reason += f", which now stands as of {told[AS_OF]} too"
    return Landed(shown(file), same.source, "duplicate", same.delivery_id, same.sha256, same.byte_count, reason)


def _delivery(
    file: Path, named: Named, control: Control | None, received_at: datetime | None, sha256: str, byte_count: int
) -> Delivery:
    source = named.card.source
    delivery_id = f"{source}-{sha256[:12]}"
    claimed = _claimed(file, control, received_at)
    return Delivery(
        delivery_id=delivery_id,
        source=source,
        file_name=file.name,
        sha256=sha256,
        byte_count=byte_count,
        row_count=None,
        as_of=_as_of(file, named, control, claimed),
        period_month=named.period_month,
        landed_at=now(),
        claims_received_at=claimed,
        control=control.as_document() if control else None,
        landing_path=f"{FOLDER}/{source}/{delivery_id}",
    )


def _claimed(file: Path, control: Control | None, received_at: datetime | None) -> datetime | None:
    claimed = received_at or (control.received_at if control else None)
    if claimed is not None and claimed.tzinfo is None:
        claimed = claimed.replace(tzinfo=SHANGHAI)
    if claimed is not None and claimed > now():
        raise _contradiction(file, "it claims to be received in the future")
    return claimed


def _as_of(file: Path, named: Named, control: Control | None, claimed: datetime | None) -> date | None:
    said = control.as_of if control else None
    if said is not None and said > today():
        raise _contradiction(file, "the control file's day lies in the future")
    if named.card.file.as_of == "received":
        return claimed.astimezone(SHANGHAI).date() if claimed else today()
    if said is not None and named.as_of is not None and named.period_month is None and said != named.as_of:
        raise _contradiction(file, "name and control file give different days")
    if said is None and named.card.file.as_of == "control":
        raise _contradiction(file, "the control file gives no as_of day")
    only_month = named.period_month is not None or named.card.file.as_of == "control"
    return said if said is not None and only_month else named.as_of


def _refuse_contradiction(file: Path, control: Control | None, sha256: str, byte_count: int) -> None:
    if byte_count == 0:
        raise ProviderError("delivery.empty", "the file is empty", where=shown(file), todo="send the file again, whole")
    if control and control.bytes is not None and control.bytes != byte_count:
        raise _contradiction(file, f"the control file says {control.bytes} bytes, {byte_count} came")
    if control and control.sha256 is not None and control.sha256.lower() != sha256:
        raise _contradiction(file, "the control file gives another SHA-256 than the file has")


def _contradiction(file: Path, what: str) -> ProviderError:
    return ProviderError("delivery.control", what, where=shown(file), todo="send file and control file again, together")


def _waiting(file: Path, named: Named, reason: str) -> Landed:
    return Landed(shown(file), named.card.source, "waiting", reason=reason)
