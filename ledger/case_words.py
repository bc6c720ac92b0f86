"""The closed word lists of a case. None of them says fraud: intent is for people elsewhere to judge (domain D3)."""

from __future__ import annotations

from enum import StrEnum


class _Word(StrEnum):
    """A word of a closed list, with what people read."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> _Word:
        """The word itself is what the database keeps."""
        word = str.__new__(cls, value)
        word._value_ = value
        word.zh, word.en = zh, en
        return word


class Status(_Word):
    """Where a case stands. `waiting` is held back by the case budget."""

    WAITING = "waiting", "待发布", "Held back by the budget"
    NEW = "new", "待分派", "Unassigned"
    REVIEW = "review", "核查中", "Under review"
    AWAIT = "await", "待补充", "Awaiting the household"
    SNOOZED = "snoozed", "暂缓", "Snoozed"
    SECOND = "second", "待复核", "Awaiting the second person"
    DIFFERS = "differs", "待主管", "Awaiting the supervisor"
    ISSUE = "issue", "待签发", "Awaiting issue"
    CLOSED = "closed", "已办结", "Closed"
    LAPSED = "lapsed", "已失效", "Lapsed"


class Kind(_Word):
    """Why there is a case: something is asked, or the household was drawn to measure what nobody asked."""

    FLAGGED = "flagged", "核对问题", "Questions found"
    SAMPLE = "sample", "随机抽查", "Random sample without findings"


class Outcome(_Word):
    """What a case comes to."""

    UNDECLARED = "undeclared", "未申报", "Not declared"
    CHANGED = "changed", "情况变化", "Circumstances changed"
    IN_FAVOUR = "in_favour", "有利于家庭", "In the household's favour"
    EXPLAINED = "explained", "已说明", "Explained"
    DATA_ERROR = "data_error", "数据有误", "Error in the data"
    EXEMPT = "exempt", "政策豁免或扣减", "Exempt or deducted by policy"
    CANNOT_TELL = "cannot_tell", "无法核实", "Cannot be told"
    NOTHING_FOUND = "nothing_found", "未发现不符", "Nothing found"

    @property
    def adverse(self) -> bool:
        """Whether the household may lose by it."""
        return self in ADVERSE


class Verdict(_Word):
    """What one person says of one flag."""

    CONFIRMED = "confirmed", "属实", "Confirmed"
    LAGGED = "lagged", "排除·数据滞后", "Excluded: the data lag behind"
    OTHER_PERSON = "other_person", "排除·同名或身份误配", "Excluded: another person"
    EXEMPT = "exempt", "排除·政策豁免或扣减", "Excluded: exempt or deducted by policy"
    DECLARED = "declared", "排除·已申报", "Excluded: it was declared"
    CANNOT_VERIFY = "cannot_verify", "无法核实", "Cannot be verified"
    RULE_DEFECT = "rule_defect", "规则缺陷", "The rule is wrong"

    @property
    def excludes(self) -> bool:
        """Whether the flag is dismissed (a wrong rule counts; what cannot be verified does not)."""
        return self not in (Verdict.CONFIRMED, Verdict.CANNOT_VERIFY)


class Stage(_Word):
    """Whose word a decision is."""

    FIRST = "first", "初核", "First review"
    SECOND = "second", "复核", "Second review"
    RESOLUTION = "resolution", "主管决定", "Supervisor's resolution"


class Answer(_Word):
    """What a second person says of the first one's decision."""

    AGREE = "agree", "同意", "Agrees"
    RETURN = "return", "退回", "Returns it"
    DIFFER = "differ", "意见不一致", "Differs"


class FlagState(_Word):
    """Where a flag stands; all but the first two are ends, each of its own kind."""

    LIVE = "live", "在列", "Stands"
    HELD = "held", "本期无法比对", "Could not be looked at"
    SUPERSEDED = "superseded", "已更新", "Superseded by news"
    SUPPRESSED = "suppressed", "已抑制", "Suppressed"
    GONE = "gone", "已消除", "Looked for and not found"
    RULE_WITHDRAWN = "rule_withdrawn", "规则已撤回", "Rule withdrawn"
    GRADE_LOST = "grade_lost", "匹配不再确定", "Match no longer sure"
    RECALLED = "recalled", "批次已撤回", "The run that found it was recalled"
    LEFT_ROSTER = "left_roster", "已退出名册", "Left the roster"


class Role(_Word):
    """What a person may do; `ALONE` roles combine with no other (three-administrator separation)."""

    ANALYST = "analyst", "核对员", "Analyst"
    REVIEWER = "reviewer", "复核员", "Reviewer"
    SUPERVISOR = "supervisor", "主管", "Supervisor"
    ISSUER = "issuer", "签发人", "Issuer"
    STEWARD = "steward", "数据管理员", "Data steward"
    VIEWER = "viewer", "领导", "Viewer"
    AUDITOR = "auditor", "审计员", "Auditor"
    SYSTEM_ADMIN = "system_admin", "系统管理员", "System administrator"
    SECURITY_ADMIN = "security_admin", "安全管理员", "Security administrator"


ADVERSE = (Outcome.UNDECLARED, Outcome.CHANGED)
OPEN_FLAG = (FlagState.LIVE, FlagState.HELD)
ALONE = (Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
# Errors against a household and in its favour weigh the same.
SEVERITY_RANK = {"urgent": 1, "eligibility": 2, "favourable": 2, "amount": 3, "question": 4, "information": 5}
GRAVE = ("urgent", "eligibility")
