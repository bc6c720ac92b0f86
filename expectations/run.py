"""The door of this floor: check what was extracted, accept, refuse or hold each delivery, and show why."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from core.errors import HeduiError
from core.settings import Settings
from expectations import data_docs, report
from expectations.feed import Gate, in_order, pass_gate
from expectations.figures import account_of
from expectations.gate import Reason
from expectations.matched_rows import Results, check_sources
from expectations.report import CheckResult, DeliveryReport, SourceReport
from ledger import deliveries, runs
from ledger.deliveries import Delivery
from ledger.run import Ledger
from sources.card import Card, load_all_cards

OUTSIDE_A_RUN = "landing"
_log = logging.getLogger("hedui.expectations")


def expect(delivery_ids: list[str], *, run_id: str | None, ledger: Ledger, settings: Settings) -> list[Gate]:
    """Check the extracts of these deliveries and pass each through its feed's gate, in the feed's order.

    Writes `work/<run>/expectation_result.parquet` (counts only) and `data_docs/<run>/index.html`; outside a run
    (`run_id` None) both go to `landing`. A verdict given before stands; a killed call repeated gives the same. A source
    whose checks cannot run is held with the error as reason: the feed stops, the night goes on.

    Raises:
        OperatorError: an unknown delivery or run.
    """
    known_at = runs.get(ledger, run_id).known_at if run_id else None
    cards = load_all_cards(settings.sources_folder)
    by_source: dict[str, list[Delivery]] = {}
    with ledger.read():
        for delivery_id in dict.fromkeys(delivery_ids):
            one = deliveries.get(ledger, delivery_id)
            by_source.setdefault(one.source, []).append(one)
    folder = settings.folder("data_docs") / (run_id or OUTSIDE_A_RUN)
    feeds = {source: in_order(these) for source, these in sorted(by_source.items())}
    ids = {source: [one.delivery_id for one in ordered] for source, ordered in feeds.items()}
    checked = check_sources(cards, ids, ledger, settings)
    gates: list[Gate] = []
    for source, ordered in feeds.items():
        results, gated = _feed(cards[source], ordered, checked[source], known_at, ledger)
        with ledger.read():
            told = [_told(one, gate, results, ledger) for one, gate in zip(ordered, gated, strict=True)]
        report.keep(_source(cards[source], run_id or OUTSIDE_A_RUN, told), folder / "results")
        states = [gate.state for gate in gated]
        counts = {state: states.count(state) for state in sorted(set(states))}
        _log.info("expectations run=%s source=%s %s", run_id or OUTSIDE_A_RUN, source, counts)
        gates += gated
    reports = report.kept(folder / "results")
    report.write_table(reports, settings.folder("work") / folder.name / "expectation_result.parquet")
    data_docs.render(reports, folder)
    return gates


def _feed(
    card: Card,
    these: Sequence[Delivery],
    checked: Results | HeduiError,
    known_at: datetime | None,
    ledger: Ledger,
) -> tuple[Results, list[Gate]]:
    try:
        if isinstance(checked, HeduiError):
            raise checked
        gated = [
            pass_gate(ledger, card, one, known_at=known_at, failing=_failing(checked.get(one.delivery_id, ())))
            for one in these
        ]
    except HeduiError as error:
        _log.error("expectations source=%s stopped: %s", card.source, error)
        reason = Reason(error.code, "—", "—", error.who_zh, "检查无法完成，该来源本次不使用", str(error))
        return {}, [Gate(one.delivery_id, one.source, "held", [reason]) for one in these]
    return checked, gated


def _failing(results: Sequence[CheckResult]) -> dict[str, int]:
    return {result.check_name: result.unexpected for result in results if not result.success}


def _source(card: Card, run: str, told: Sequence[DeliveryReport]) -> SourceReport:
    return SourceReport(run, card.source, card.title.zh, card.title.en, card.provider.zh, card.table, told)


def _told(one: Delivery, gate: Gate, results: Results, ledger: Ledger) -> DeliveryReport:
    as_of = one.period_month.strftime("%Y-%m") if one.period_month else (one.as_of.isoformat() if one.as_of else "")
    account = account_of(ledger, one.delivery_id) or {}
    return DeliveryReport(one.delivery_id, as_of, gate.state, account, gate.reasons, results.get(one.delivery_id, ()))
