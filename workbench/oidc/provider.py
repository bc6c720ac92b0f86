"""The provider over HTTP: its discovery document, its keys, and tokens for a code.

What it says of itself is kept for an hour; that it does not answer is kept for some seconds, so that many who press
the button while it is down do not wait each for themselves.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.errors import OperatorError
from workbench.oidc.client import Client
from workbench.oidc.refusals import NotLetIn, unavailable

KEPT_SECONDS = 3_600.0
DOWN_SECONDS = 5.0
TIMEOUT_SECONDS = 5.0
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Described:
    """What the provider says of itself, as far as it is used."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    returns_issuer: bool


class Provider:
    """The provider of this process; may be shared between requests."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._lock = threading.Lock()
        self._described: tuple[float, Described] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._down: tuple[float, OperatorError] | None = None

    def described(self) -> Described:
        """What the provider says of itself.

        Raises:
            OperatorError: it does not answer, is another issuer, or names an address without TLS.
        """
        with self._lock:
            if self._described is None or self._described[0] < time.monotonic():
                self._described = (time.monotonic() + KEPT_SECONDS, self._discover())
            return self._described[1]

    def keys(self, *, anew: bool = False) -> KeySet:
        """The keys it signs with; `anew` where a signature names one that is not known.

        Raises:
            OperatorError: it does not answer, or with something that holds no keys.
        """
        address = self.described().jwks_uri
        with self._lock:
            if anew or self._keys is None or self._keys[0] < time.monotonic():
                self._keys = (time.monotonic() + KEPT_SECONDS, self._read_keys(address))
            return self._keys[1]

    def tokens_for(self, code: str, verifier: str) -> dict[str, Any]:
        """What the provider gives for the code that somebody came back with.

        Raises:
            NotLetIn: the provider does not take the code.
            OperatorError: it does not answer.
        """
        address = self.described().token_endpoint
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.client.return_address}
        # RFC 6749 §2.3.1: both are form-encoded before they become a Basic header.
        whom = httpx.BasicAuth(quote(self.client.client_id, safe=""), quote(self.client.client_secret, safe=""))
        try:
            with httpx.Client(timeout=TIMEOUT_SECONDS) as http:
                answer = http.post(address, data={**fields, "code_verifier": verifier}, auth=whom)
            if answer.status_code >= 500:
                raise unavailable(f"the provider answered {answer.status_code}", address)
            told = answer.json()
        except (httpx.HTTPError, ValueError):
            raise unavailable("the provider does not answer", address) from None
        if answer.status_code != 200 or not isinstance(told, dict) or not isinstance(told.get("id_token"), str):
            raise NotLetIn("oidc.refused", "code")
        return told

    def _discover(self) -> Described:
        address = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
        told = self._fetched(address)
        if told.get("issuer") != self.client.issuer:
            raise unavailable("the provider calls itself another issuer", address)
        asked, given, keys, leave = (
            self._usable(told.get(name))
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")
        )
        if asked is None or given is None or keys is None:
            raise unavailable("the provider names no address that may be used", address)
        returns = bool(told.get("authorization_response_iss_parameter_supported"))
        return Described(asked, given, keys, leave, returns)

    def _read_keys(self, address: str) -> KeySet:
        told = self._fetched(address)
        try:
            return KeySet.import_key_set({"keys": told["keys"]})
        except (JoseError, ValueError, KeyError, TypeError):
            raise unavailable("the provider's keys cannot be read", address) from None

    def _usable(self, address: object) -> str | None:
        return address if isinstance(address, str) and self.client.may_ask(address) else None

    def _fetched(self, address: str) -> dict[str, Any]:
        if self._down is not None and self._down[0] > time.monotonic():
            raise self._down[1]
        try:
            with httpx.Client(timeout=TIMEOUT_SECONDS) as http:
                answer = http.get(address, headers={"accept": "application/json"}).raise_for_status()
            told = answer.json() if len(answer.content) <= MOST_BYTES else None
        except (httpx.HTTPError, ValueError):
            told = None
        if not isinstance(told, dict):
            error = unavailable("the provider does not answer", address)
            self._down = (time.monotonic() + DOWN_SECONDS, error)
            raise error
        return told
