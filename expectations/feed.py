"""A feed at its gate: deliveries are accepted or refused in order; one refusal pauses the feed until a person resumes.

Order matters under a kill: the feed is paused first, naming the delivery, then the refusal is recorded. A retry finds
the feed paused by the very delivery it looks at and says the same again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from core.errors import OperatorError
from core.moment import now
from expectations.figures import figures_of
from expectations.gate import Reason, judge
from ledger import audit, deliveries, feeds
from ledger.deliveries import Delivery
from ledger.run import Ledger
from sources.card import Card

GATE = "gate"
State = Literal["accepted", "refused", "held"]


@dataclass(frozen=True)
class Gate:
    """The verdict on one delivery: `accepted`, `refused`, or `held` (not judged: its cells are *could not look*)."""

    delivery_id: str
    source: str
    state: State
    reasons: Sequence[Reason] = ()


def in_order(these: Sequence[Delivery]) -> list[Delivery]:
    """Deliveries of one source by period (or as-of day), then as they landed."""
    return sorted(these, key=lambda one: (one.period_month or one.as_of or date.min, one.landed_at, one.delivery_id))


def pass_gate(
    ledger: Ledger,
    card: Card,
    one: Delivery,
    *,
    known_at: datetime | None,
    failing: Mapping[str, int],
    resumed: bool = False,
) -> Gate:
    """Judge one delivery, once; a verdict given before stands. `known_at` is the run's, or None outside a run.

    The gate's own verdict follows from the delivery alone, so it counts from the instant the delivery landed, whichever
    run came to it first; what a person let through (`resumed`) counts from now. `failing` are bad rows per failing
    check, kept with the verdict.

    Raises:
        DefectError: the account does not close.
    """
    at = known_at or now()
    with ledger.read():
        verdict = _verdict(ledger, one, at)
        feed = feeds.state(ledger, one.source)
        open_still = not (verdict or (feed.paused and feed.delivery_id != one.delivery_id))
        figures = figures_of(ledger, one, at) if open_still else None
    if verdict:
        return verdict
    if not open_still:
        return _hold(ledger, one, _paused(feed.reason or "", feed.delivery_id or "—"), at)
    if figures is None:
        return Gate(one.delivery_id, one.source, "held", [_unread(card)])
    reasons = judge(card, figures)
    if reasons:
        told = "; ".join(f"{reason.limit}: {reason.figure} ({reason.allowed})" for reason in reasons)
        feeds.pause(ledger, one.source, told, GATE, one.delivery_id)
    state: State = "refused" if reasons else "accepted"
    detail = {"by": GATE, "reasons": [asdict(reason) for reason in reasons], "failing_checks": dict(failing)}
    deliveries.add_event(ledger, one.delivery_id, state, detail, now() if resumed else one.landed_at)
    return Gate(one.delivery_id, one.source, state, reasons)


def resume(source: str, *, by: str, reason: str, accept: str | None = None, ledger: Ledger, card: Card) -> list[Gate]:
    """Let a paused feed go on, accept the refused delivery `accept` if a person says so, and judge what was held.

    A held delivery that passes a limit pauses the feed anew.

    Raises:
        OperatorError: no name or reason; or `accept` is no refused delivery of this source.
    """
    if accept is not None:
        _accept(ledger, source, accept, by, reason)
    feeds.resume(ledger, source, reason, by)
    states = deliveries.states_at(ledger, now())
    held = [one for one in deliveries.list_deliveries(ledger, source=source) if states[one.delivery_id] == "held"]
    return [pass_gate(ledger, card, one, known_at=None, failing={}, resumed=True) for one in in_order(held)]


def _accept(ledger: Ledger, source: str, delivery_id: str, by: str, reason: str) -> None:
    one = deliveries.get(ledger, delivery_id)
    state = deliveries.state_at(ledger, delivery_id, now())
    if one.source != source or state not in {"refused", "accepted"} or not by.strip() or not reason.strip():
        raise OperatorError(
            "gate.accept",
            f"only a refused delivery of {source} is accepted so, by a named person with a reason; this is {state}",
            where=delivery_id,
            todo="look at hedui feed status for the refused delivery's id",
        )
    if state == "refused":
        detail = {"by": by, "reason": reason}
        ledger.write_all(
            lambda connection: audit.append(
                connection, ledger.settings, "delivery.accepted", by=by, subject=delivery_id, detail=detail
            )
        )
        deliveries.add_event(ledger, delivery_id, "accepted", detail)


def _verdict(ledger: Ledger, one: Delivery, at: datetime) -> Gate | None:
    """The last verdict known at `at`; one given only later is not this run's to know, nor to give again."""
    given = [event for event in deliveries.events(ledger, one.delivery_id) if event.kind in {"accepted", "refused"}]
    if not given:
        return None
    known = [event for event in given if event.at <= at]
    if not known:
        return Gate(one.delivery_id, one.source, "held", [_later(given[0].at)])
    reasons = [Reason(**reason) for reason in known[-1].detail.get("reasons", [])]
    state: State = "accepted" if known[-1].kind == "accepted" else "refused"
    return Gate(one.delivery_id, one.source, state, reasons)


def _hold(ledger: Ledger, one: Delivery, reason: Reason, at: datetime) -> Gate:
    if deliveries.state_at(ledger, one.delivery_id, now()) != "held":
        deliveries.add_event(ledger, one.delivery_id, "held", {"by": GATE, "reasons": [asdict(reason)]}, at)
    return Gate(one.delivery_id, one.source, "held", [reason])


def _paused(why: str, because_of: str) -> Reason:
    zh, en = f"该来源已暂停：{why}", "the feed is paused until a person resumes it"
    return Reason("feed_paused", because_of, "—", "数据管理员", zh, en)


def _unread(card: Card) -> Reason:
    who = f"{card.provider.zh}（{card.contact.zh}）"
    return Reason("not_extracted", "—", "—", who, "该批尚未读取或无法读取", "not read yet, or not readable")


def _later(at: datetime) -> Reason:
    zh, en = "本次运行之后才作出结论", "judged only after this run's known_at"
    return Reason("judged_later", at.isoformat(timespec="seconds"), "—", "—", zh, en)
