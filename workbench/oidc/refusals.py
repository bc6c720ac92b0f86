"""Why somebody who comes from the provider is not let in."""

from __future__ import annotations

from core.errors import OperatorError


class NotLetIn(OperatorError):
    """`code` says to the person who must act; `why` is what the audit keeps, without token or subject.

    `subject` is who the provider says they are, where that was proved and no account is linked to it: shown to that
    person alone, who must tell it to an administrator.
    """

    def __init__(self, code: str, why: str, *, subject: str = "") -> None:
        super().__init__(code, f"not let in: {why}", where="the way back from the provider", todo="sign in again")
        self.why = why
        self.subject = subject


def unavailable(what: str, where: str) -> OperatorError:
    """The provider does not answer, or not as it must."""
    return OperatorError("oidc.unavailable", what, where=where, todo="tell whoever runs the sign-in provider")
