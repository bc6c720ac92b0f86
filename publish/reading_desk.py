"""Reading as the night does it: what has landed is extracted once, and what cannot be read stops itself."""

from __future__ import annotations

import logging
from dataclasses import asdict

from core.errors import HeduiError, OperatorError, ProviderError
from core.moment import Moment, now, today
from core.settings import Settings, settings
from expectations.gate import Reason
from expectations.run import expect
from ledger import deliveries, extracts
from ledger.deliveries import Delivery
from ledger.run import Ledger, open_ledger
from publish.readers import Asked, read_each
from sources.card import Card, load_all_cards, load_cards
from transforms.subjects import Subjects, subjects
from transforms.version import transform_version

log = logging.getLogger(__name__)

REQUEST_TABLE = "roster_member"
"""Sources of this table say who is looked for; they are admitted before anything is extracted."""


def extract_known(source: str) -> dict[str, int]:
    """Extract what this source has landed for the subjects known now; {} when there is nothing new or no roster yet."""
    here = settings()
    ledger = open_ledger(here)
    moment = Moment(today(), now())
    card = load_cards(here.sources_folder)[source]
    waiting = _unextracted(ledger, card)
    if not waiting:
        return {}
    if card.table == REQUEST_TABLE:
        extract_each([(delivery, None) for delivery in waiting], ledger, here)
        expect([delivery.delivery_id for delivery in waiting], run_id=None, ledger=ledger, settings=here)
        return _counts(ledger, waiting)
    wanted = _subjects_or_none(moment, None, ledger, here)
    if wanted is None:
        return {"deliveries": len(waiting)}
    extract_each([(delivery, wanted) for delivery in waiting], ledger, here)
    return _counts(ledger, waiting)


def extract_each(these: Asked, ledger: Ledger, here: Settings, processes: int = 1) -> dict[str, int]:
    """Extract each delivery; one that cannot be read stops itself, not the feed's others and not the night."""
    counts = {"extracted": 0, "refused": 0, "held": 0}
    for delivery, error in read_each(these, ledger, here, processes):
        state = "extracted"
        if error is not None:
            log.error("not read source=%s delivery=%s: %s", delivery.source, delivery.delivery_id, error)
            state = "refused" if isinstance(error, ProviderError) else "held"
            _tell_unread(ledger, here, delivery, state, error)
        counts[state] += 1
    return counts


def _tell_unread(ledger: Ledger, here: Settings, delivery: Delivery, state: str, error: HeduiError) -> None:
    """Keep why a delivery was not read, with who must act, as its gate would."""
    if deliveries.state_at(ledger, delivery.delivery_id, now()) == state:
        return
    card = load_all_cards(here.sources_folder)[delivery.source]
    who = f"{card.provider.zh}（{card.contact.zh}）" if state == "refused" else error.who_zh
    reason = Reason(error.code, "—", "—", who, f"文件无法读取：{error.code}", str(error))
    at = delivery.landed_at if state == "refused" else now()
    deliveries.add_event(ledger, delivery.delivery_id, state, {"by": "reading", "reasons": [asdict(reason)]}, at)


def _subjects_or_none(moment: Moment, request: str | None, ledger: Ledger, here: Settings) -> Subjects | None:
    try:
        return subjects(moment, request, ledger=ledger, settings=here)
    except OperatorError:
        return None


def _unextracted(ledger: Ledger, card: Card) -> list[Delivery]:
    version = transform_version(card)
    return [
        delivery
        for delivery in deliveries.list_deliveries(ledger, source=card.source)
        if not extracts.covered(ledger, delivery.delivery_id, version)
    ]


def _counts(ledger: Ledger, done: list[Delivery]) -> dict[str, int]:
    counts: dict[str, int] = {"deliveries": len(done)}
    for delivery in done:
        for one in extracts.find(ledger, delivery_id=delivery.delivery_id):
            for name, rows in one.account.items():
                counts[name] = counts.get(name, 0) + int(rows)
    return counts
