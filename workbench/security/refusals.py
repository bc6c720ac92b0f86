"""Why a request is turned away at the door; each becomes a page in `web.errors`."""

from __future__ import annotations


class SignInFirst(Exception):
    """There is no session, or it ended: the way leads to the sign-in page and back."""


class Forbidden(Exception):
    """The visitor's roles do not open this page."""


class Forged(Exception):
    """The request did not come from our own page in this session."""


class NotThere(Exception):
    """There is no such thing, or it lies outside the visitor's scope: one answer for both."""
