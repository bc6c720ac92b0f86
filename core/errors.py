"""Errors, grouped by who must act.

HeduiError
├── ProviderError   the department that sent the delivery: wrong layout, damaged file, missing period
├── OperatorError   the data steward on duty: a feed to resume, a key, a disk, a setting, an unknown run
├── PolicyError     policy staff: no parameter in force, two in force at once, a rule without basis
└── DefectError     us: something the code promised did not hold

Every error says what happened, where, and what to do next. None ever quotes a cell of a delivery:
engines such as Polars and DuckDB put values into their messages, so doors replace those by code,
file and line (`replace_engine_error`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class HeduiError(Exception):
    """Base of all errors that Hedui raises on purpose.

    `code` is permanent and greppable (`delivery.encoding`), `what` says what happened, `where` names the
    file, line, table or parameter (never a person), `todo` is the next step for the one who must act.
    """

    who = "us"
    who_zh = "开发人员"

    def __init__(self, code: str, what: str, *, where: str, todo: str) -> None:
        self.code = code
        self.what = what
        self.where = where
        self.todo = todo
        super().__init__(code, what, where, todo)

    def __str__(self) -> str:
        return f"[{self.code}] {self.what} · where: {self.where} · {self.who} must act: {self.todo}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.what, self.where, self.todo))

    def as_record(self) -> dict[str, str]:
        """The error as flat text fields, for ledgers, manifests and `--json` output."""
        return {"code": self.code, "who": self.who, "what": self.what, "where": self.where, "todo": self.todo}


def _rebuild(kind: type[HeduiError], code: str, what: str, where: str, todo: str) -> HeduiError:
    return kind(code, what, where=where, todo=todo)


class ProviderError(HeduiError):
    """The department that sent the delivery must act."""

    who = "provider"
    who_zh = "数据提供部门"


class OperatorError(HeduiError):
    """The data steward or operator must act."""

    who = "operator"
    who_zh = "数据管理员"


class PolicyError(HeduiError):
    """Policy staff, who own rules and parameters, must act."""

    who = "policy staff"
    who_zh = "政策人员"


class DefectError(HeduiError):
    """Hedui's engineers must act: a promise of the code did not hold."""


@contextmanager
def replace_engine_error(code: str, *, where: str) -> Iterator[None]:
    """Run engine code (Polars, DuckDB, Great Expectations) and replace its errors, which may quote cells.

    The original message and traceback chain are dropped on purpose; only the engine's error class is kept.

    Raises:
        DefectError: in place of any error that is not already a HeduiError.
    """
    try:
        yield
    except HeduiError:
        raise
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        raise DefectError(
            code,
            f"an engine failed with {kind}; its message is withheld because it may quote a person's data",
            where=where,
            todo="reproduce with the delivery in a safe place, then report code and place",
        ) from None
