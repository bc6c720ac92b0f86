"""The parts of the workbench and whose they are: the top bar shows them, and the doors of their pages ask the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.case_words import Role
from workbench.words.catalogue import marked

EVERYONE = frozenset(Role)
CASEWORK = frozenset({Role.ANALYST, Role.REVIEWER, Role.SUPERVISOR})
CASE_READERS = CASEWORK | {Role.ISSUER, Role.AUDITOR}
ISSUERS = frozenset({Role.ISSUER, Role.SUPERVISOR})
SECOND = frozenset({Role.REVIEWER, Role.SUPERVISOR})
RUN_READERS = EVERYONE
DASHBOARD_READERS = EVERYONE - {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
AUDITORS = frozenset({Role.AUDITOR})
RECALLERS = frozenset({Role.STEWARD, Role.SUPERVISOR})


class Section(NamedTuple):
    """One entry of the top bar."""

    name: str
    href: str
    title: str


_SECTIONS: tuple[tuple[Section, frozenset[Role]], ...] = (
    (Section("home", "/", marked("首页")), EVERYONE),
    (Section("queue", "/queue", marked("待办队列")), CASE_READERS),
    (Section("review", "/review", marked("复核台")), SECOND),
    (Section("identity", "/identity", marked("身份比对")), CASEWORK),
    (Section("search", "/search", marked("查询")), CASE_READERS),
    (Section("dash", "/dash", marked("统计看板")), DASHBOARD_READERS),
    (Section("objections", "/objections", marked("异议")), CASE_READERS),
    (Section("letters", "/letters", marked("文书")), CASE_READERS),
    (Section("exports", "/exports", marked("导出")), CASEWORK),
    (Section("checks", "/checks", marked("委托核对")), CASE_READERS),
    (Section("runs", "/runs", marked("数据批次")), RUN_READERS),
    (Section("audit", "/audit", marked("审计")), AUDITORS),
    (Section("settings", "/settings", marked("设置")), EVERYONE),
    (Section("help", "/help", marked("帮助")), EVERYONE),
)


def sections_for(roles: Iterable[Role]) -> list[Section]:
    """What somebody with these roles finds in the top bar."""
    theirs = frozenset(roles)
    return [section for section, whose in _SECTIONS if theirs & whose]
