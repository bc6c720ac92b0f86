"""What the database refuses of cases and decisions; the reasons stand in docs/decisions/0005."""

# ruff: noqa: S608  the SQL of a guard is made of our own words only

from __future__ import annotations

from ledger.case_words import ADVERSE, GRAVE, OPEN_FLAG
from ledger.guard import Guard, consequence, fixed, guard, keep, plus, release

TRANSITIONS = (
    *("waiting>new", "new>review", "review>new", "review>await", "review>snoozed", "await>review", "snoozed>review"),
    *("review>second", "review>issue", "second>issue", "second>review", "second>differs", "differs>issue"),
    *("differs>review", "issue>review", "issue>closed", "closed>new", "lapsed>new"),
    *("waiting>lapsed", "new>lapsed", "review>lapsed", "await>lapsed", "snoozed>lapsed", "second>lapsed"),
    *("differs>lapsed", "lapsed>waiting"),
)
_MOVES = "old.status <> new.status"
_REOPENS = (
    "(old.status in ('second', 'differs', 'issue') and new.status = 'review') or old.status in ('closed', 'lapsed')"
)


def _listed(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


_ADVERSE = _listed(ADVERSE)
_OPEN = _listed(OPEN_FLAG)
_FIRST = (
    "select 1 from decision d where d.case_id = new.case_id and d.round = old.round and d.stage = 'first'"
    " and d.case_version = {version} and d.outcome = {outcome}"
)
# The maker is whoever decided first, in any round of this case: reassigning the case does not wash that off.
_TWO = (
    "select 1 from decision d join decision f on f.case_id = d.case_id and f.round = d.round and f.stage = 'first'"
    " where d.case_id = new.case_id and d.round = old.round and d.answer = 'agree' and f.outcome = new.outcome"
    " and d.actor not in (select m.actor from decision m where m.case_id = d.case_id and m.stage = 'first')"
)
_NOTICE = (
    "select 1 from notice n join notice_proof p on p.notice_id = n.sequence"
    " where n.case_id = new.case_id and n.evidence_version = new.evidence_version"
)


def _of_round(stage: str, answer: str) -> str:
    return (
        "select 1 from decision d where d.case_id = new.case_id and d.round = old.round"
        f" and d.stage = '{stage}' and d.answer = '{answer}' and d.case_version = old.version"
    )


def guard_cases() -> None:
    """Transitions, versions, two people, and what an adverse close needs."""
    guard("case__begins", "case_", "insert", [_BEGINS])
    guard("case__changes", "case_", "update", [*_WHOLE, *_DECIDED, *_closed()])
    columns = "case_id, version, status_before, status, assignee, round, by_whom, reason, at"
    values = "new.case_id, new.version, {before}, new.status, new.assignee, new.round, new.changed_by, new.changed_why"
    for name, action, before in (("began", "insert", "null"), ("changed", "update", "old.status")):
        row = values.format(before=before)
        statement = f"insert into case_event ({columns}) values ({row}, new.changed_at)"
        consequence(f"case__{name}", "case_", action, statement, when="new.version > 0")
    guard("flag_changes", "flag", "update", [_FLAG])
    guard("case_member_changes", "case_member", "update", [_MEMBER])
    blank = (
        "update case_member set name_masked = null, id_masked = null"
        " where household_key = substr(new.key_id, length('household:') + 1)"
    )
    consequence(
        "data_key_erased", "data_key", "update", blank, when="new.wrapped is null and new.key_id like 'household:%'"
    )
    keep("case_", "flag", "case_member")


def take_away_erasure() -> None:
    """Drop the trigger that stands on the keys' table, which outlives the cases."""
    release("data_key_erased", "data_key")


def guard_decisions() -> None:
    """Who may decide what, and on which case."""
    guard("decision_made", "decision", "insert", list(_DECISION))
    guard("flag_verdict_given", "flag_verdict", "insert", [_VERDICT])


_BEGINS = Guard(
    "case.transition",
    "a case begins waiting or new, undecided",
    "new.status not in ('waiting', 'new') or new.version <> 1 or new.round <> 1 or new.outcome is not null"
    " or new.assignee is not null",
)
_WHOLE = (
    Guard("case.stale", "the case has been changed by another", "new.version <> old.version + 1"),
    Guard(
        "case.transition",
        "what a case is about never changes",
        fixed("case_id", "case_no", "household_key", "programme_code", "cycle", "kind", "blind", "opened_at"),
    ),
    Guard(
        "case.transition",
        "a case does not go this way",
        f"{_MOVES} and (old.status || '>' || new.status) not in {_listed(TRANSITIONS)}",
    ),
    Guard(
        "case.transition",
        "silence changes nothing but the due visit",
        f"new.changed_by = 'clock' and ({fixed('status', 'outcome', 'assignee', 'round', 'evidence_version')})",
    ),
    Guard(
        "case.transition",
        "a reopened case counts a new round, and only that one does",
        f"new.round <> old.round + (case when {_MOVES} and ({_REOPENS}) then 1 else 0 end)",
    ),
    Guard(
        "case.transition",
        "an outcome is set when two people are done and taken away when the case reopens",
        "new.outcome is distinct from old.outcome"
        f" and not ({_MOVES} and (new.status = 'issue'"
        " or old.status in ('issue', 'closed') and new.status <> 'closed'))",
    ),
    Guard("case.transition", "evidence is counted forward", "new.evidence_version < old.evidence_version"),
)
_DECIDED = (
    Guard(
        "case.transition",
        "there is no first decision to pass on",
        f"{_MOVES} and old.status = 'review' and new.status in ('second', 'issue')"
        f" and not exists ({_FIRST.format(version='old.version', outcome='coalesce(new.outcome, d.outcome)')})",
    ),
    Guard(
        "case.verdicts",
        "every living flag needs a verdict",
        f"{_MOVES} and old.status = 'review' and new.status in ('second', 'issue') and exists (select 1 from flag g"
        f" where g.case_id = new.case_id and g.state in {_OPEN} and not exists (select 1 from flag_verdict v"
        " join decision d on d.sequence = v.decision_id where v.flag_id = g.sequence and d.round = old.round"
        " and d.stage = 'first'))",
    ),
    Guard(
        "case.verdicts",
        "an adverse outcome rests on a confirmed flag",
        f"{_MOVES} and old.status = 'review' and new.status = 'second' and new.kind = 'flagged' and exists ("
        f"{_FIRST.format(version='old.version', outcome='d.outcome')} and d.outcome in {_ADVERSE}"
        " and not exists (select 1 from flag_verdict v where v.decision_id = d.sequence and v.verdict = 'confirmed'))",
    ),
    Guard(
        "case.two_people",
        "one person is not enough for this",
        f"{_MOVES} and old.status = 'review' and new.status = 'issue' and (new.blind or new.outcome in {_ADVERSE}"
        f" or exists (select 1 from flag g where g.case_id = new.case_id and g.state in {_OPEN}"
        f" and g.severity in {_listed(GRAVE)}))",
    ),
    Guard(
        "case.two_people",
        "no other person has agreed",
        f"{_MOVES} and old.status in ('second', 'differs') and new.status = 'issue' and not exists ({_TWO})",
    ),
    Guard(
        "case.transition",
        "the second person has not differed",
        f"{_MOVES} and new.status = 'differs' and not exists ({_of_round('second', 'differ')})",
    ),
)


def _closed() -> list[Guard]:
    closes = f"{_MOVES} and new.status = 'closed' and new.outcome in {_ADVERSE}"
    first = _FIRST.format(version="d.case_version", outcome="new.outcome")
    elapsed = plus("p.delivered_date", "n.reply_days")
    answered = (
        "exists (select 1 from household_reply r where r.case_id = new.case_id and r.received_date >= n.sent_date)"
    )
    return [
        Guard("case.two_people", "an adverse close takes two people", f"{closes} and not exists ({_TWO})"),
        Guard(
            "case.reason",
            "an adverse close needs a reason",
            f"{closes} and not exists ({first} and length(trim(d.note)) > 0 and length(trim(d.reason_code)) > 0)",
        ),
        Guard("case.notice", "the notice of this evidence is not proved", f"{closes} and not exists ({_NOTICE})"),
        Guard(
            "case.reply_period",
            "the household has neither replied nor let its days pass",
            f"{closes} and not exists ({_NOTICE} and ({answered} or {elapsed} < {{today}}))",
        ),
        Guard(
            "case.field_check",
            "nobody has visited",
            f"{closes} and not exists (select 1 from field_check k where k.case_id = new.case_id)",
        ),
    ]


_FLAG = Guard(
    "case.transition",
    "a flag may end or be held, nothing else, and an ended flag stays ended",
    f"({fixed('case_id', 'finding_key', 'revision', 'rule', 'person_key', 'severity', 'material', 'run_id')})"
    f" or old.state not in {_OPEN} and ({fixed('state', 'ended_run_id')})",
)
_MEMBER = Guard(
    "case.transition",
    "a member of a case may only be blanked",
    f"({fixed('case_id', 'household_key', 'person_key', 'relation_code')})"
    " or new.name_masked is not null or new.id_masked is not null",
)
_CASE = "select 1 from case_ c where c.case_id = new.case_id"
_EARLIER = "select 1 from decision d where d.case_id = new.case_id and d.actor = new.actor"
_DECISION = (
    Guard("case.unknown", "there is no such case here", f"not exists ({_CASE})"),
    Guard(
        "case.stale", "the case has been changed by another", f"not exists ({_CASE} and c.version = new.case_version)"
    ),
    Guard(
        "case.transition",
        "the case does not wait for this decision",
        f"not exists ({_CASE} and c.round = new.round and c.status = case new.stage when 'first' then 'review'"
        " when 'second' then 'second' else 'differs' end)",
    ),
    Guard(
        "case.not_yours",
        "the case is in the hands of another",
        f"new.stage = 'first' and not exists ({_CASE} and c.assignee = new.actor)",
    ),
    Guard(
        "case.four_eyes",
        "the second person has made a first decision on this case",
        f"new.stage = 'second' and exists ({_EARLIER} and d.stage = 'first')",
    ),
    Guard(
        "case.four_eyes",
        "the supervisor has decided on this case before",
        f"new.stage = 'resolution' and exists ({_EARLIER})",
    ),
    Guard(
        "case.objected_reviewer",
        "after an objection people decide who had not decided before",
        f"exists ({_EARLIER} and exists (select 1 from objection o where o.case_id = new.case_id"
        " and o.round <= new.round and d.round < o.round))",
    ),
)
_VERDICT = Guard(
    "case.verdicts",
    "the flag is not of this decision, or the case has gone on",
    "not exists (select 1 from decision d join flag g on g.case_id = d.case_id join case_ c on c.case_id = d.case_id"
    " where d.sequence = new.decision_id and g.sequence = new.flag_id and c.version = d.case_version)",
)
CASE_FUNCTIONS = (
    "case__begins",
    "case__changes",
    "case__began",
    "case__changed",
    "flag_changes",
    "case_member_changes",
)
DECISION_FUNCTIONS = ("decision_made", "flag_verdict_given")
