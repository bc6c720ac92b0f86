"""What the database refuses of dealings with a household: proofs out of order, own answers, unlawful looks."""

# ruff: noqa: S608  the SQL of a guard is made of our own words only

from __future__ import annotations

from ledger.guard import Guard, fixed, guard, keep

_GRANTED = (
    "exists (select 1 from role_grant g where g.user_id = new.actor and g.confirmed_by is not null"
    " and g.ended_at is null and g.valid_from_date <= {today}"
    " and (g.valid_to_date is null or g.valid_to_date >= {today}) and g.role = '%s')"
)
_REVEAL = Guard(
    "reveal.refused",
    "only who works on the case now may look, and supervisors",
    "not exists (select 1 from case_ c where c.case_id = new.case_id and (c.assignee = new.actor"
    " and c.status not in ('closed', 'lapsed')"
    f" or c.status in ('second', 'differs') and {_GRANTED % 'reviewer'}"
    f" or c.status = 'issue' and {_GRANTED % 'issuer'} or {_GRANTED % 'supervisor'}))",
)
_PROOF = Guard(
    "case.notice",
    "a notice arrives after it was sent and not in the future",
    "new.delivered_date > {today} or exists (select 1 from notice n where n.sequence = new.notice_id"
    " and n.sent_date > new.delivered_date)",
)
_REPLY = Guard("case.notice", "a reply is not of the future", "new.received_date > {today}")
_VISIT = Guard("case.field_check", "a visit is not of the future", "new.visit_date > {today}")
_NOTICE = Guard(
    "case.notice",
    "a notice is of today at the latest and speaks of the evidence as it stands",
    "new.sent_date > {today} or not exists (select 1 from case_ c where c.case_id = new.case_id"
    " and c.evidence_version = new.evidence_version)",
)
_ANSWER = Guard(
    "case.objected_reviewer",
    "an objection is answered by somebody who had not decided before it",
    "exists (select 1 from objection o join decision d on d.case_id = o.case_id and d.round < o.round"
    " where o.sequence = new.objection_id and d.actor = new.by_whom)",
)
_BEFORE = "select 1 from letter_event e where e.letter_id = new.letter_id and e.kind = "
_LETTER = (
    Guard("letter.order", "a voided letter is over", f"exists ({_BEFORE}'voided')"),
    Guard(
        "letter.order",
        "a letter is checked once, then issued once, then delivered",
        f"new.kind in ('checked', 'issued') and exists ({_BEFORE}new.kind)"
        f" or new.kind = 'issued' and not exists ({_BEFORE}'checked')"
        f" or new.kind in ('delivered', 'reprinted') and not exists ({_BEFORE}'issued')"
        " or (new.kind = 'issued') <> (new.number is not null)"
        " or (new.kind = 'issued') <> (new.sha256 is not null)",
    ),
    Guard(
        "letter.four_eyes",
        "a letter is issued by another than who drafted it",
        "new.kind = 'issued' and exists (select 1 from letter l where l.sequence = new.letter_id"
        " and l.by_whom = new.by_whom)",
    ),
    Guard("letter.reason", "voiding a letter needs a reason", "new.kind = 'voided' and length(trim(new.note)) = 0"),
)
_COUNTER = Guard("letter.order", "letter numbers leave no gap", f"new.last <> old.last + 1 or {fixed('series')}")
DEALING_FUNCTIONS = (
    *("reveal_made", "notice_sent", "notice_proved", "household_replied", "household_visited", "objection_answered"),
    *("letter_goes_on", "letter_counted"),
)


def guard_dealings() -> None:
    """Notices, replies, visits, objections, letters and reveals."""
    guard("reveal_made", "reveal", "insert", [_REVEAL])
    guard("notice_sent", "notice", "insert", [_NOTICE])
    guard("notice_proved", "notice_proof", "insert", [_PROOF])
    guard("household_replied", "household_reply", "insert", [_REPLY])
    guard("household_visited", "field_check", "insert", [_VISIT])
    guard("objection_answered", "objection_answer", "insert", [_ANSWER])
    guard("letter_goes_on", "letter_event", "insert", list(_LETTER))
    guard("letter_counted", "letter_counter", "update", [_COUNTER])
    keep("letter_counter")
