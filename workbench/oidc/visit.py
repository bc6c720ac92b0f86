"""One way to the provider and back: what the browser keeps of it, sealed, for some minutes and for one use."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from core.errors import OperatorError
from core.moment import now
from core.sealing import derive, seal, unseal
from workbench.oidc.provider import Provider

LIFE = timedelta(minutes=10)
_PURPOSE = "oidc visit"


@dataclass(frozen=True)
class Visit:
    """What ties the way back to the browser that set out: none of it is readable there.

    `proves`: the hash of the session whose person is to prove anew who they are; nothing when somebody signs in.
    """

    state: str
    nonce: str
    verifier: str
    next: str
    begun: str
    proves: str = ""

    @property
    def over(self) -> bool:
        """Whether it took too long."""
        return datetime.fromisoformat(self.begun) < now() - LIFE

    @property
    def state_hash(self) -> str:
        """By what the ledger knows that it was used."""
        return hashlib.sha256(self.state.encode()).hexdigest()

    def is_of(self, state: str) -> bool:
        """Whether somebody came back from this very visit."""
        return hmac.compare_digest(self.state, state)


def set_out(next: str, *, proves: str = "") -> Visit:
    """A new visit, which ends at `next`."""
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    return Visit(state, nonce, verifier, next, now().isoformat(), proves)


def address_of(visit: Visit, provider: Provider, language: str) -> str:
    """Where the provider asks people who they are.

    Raises:
        OperatorError: the provider does not answer.
    """
    client = provider.client
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.return_address,
        "scope": "openid",
        "state": visit.state,
        "nonce": visit.nonce,
        "code_challenge": create_s256_code_challenge(visit.verifier),
        "code_challenge_method": "S256",
        "ui_locales": "en" if language == "en" else "zh-CN",
    }
    if visit.proves:
        asked |= {"prompt": "login", "max_age": "0"}
    if client.classes:
        asked["acr_values"] = " ".join(client.classes)
    return str(add_params_to_uri(provider.described().authorization_endpoint, list(asked.items())))


def leaving(provider: Provider) -> str | None:
    """Where the provider ends its own session, or nothing where it says of no such place or does not answer."""
    try:
        address = provider.described().end_session_endpoint
    except OperatorError:
        return None
    if address is None:
        return None
    client = provider.client
    asked = [("client_id", client.client_id), ("post_logout_redirect_uri", f"{client.address}/login")]
    return str(add_params_to_uri(address, asked))


def sealed(visit: Visit, master: bytes) -> str:
    """The visit as a cookie's value."""
    packed = seal(derive(master, _PURPOSE), json.dumps(asdict(visit)).encode(), bound_to=_PURPOSE)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def opened(cookie: str, master: bytes) -> Visit | None:
    """The visit of a cookie, or nothing where it is none of ours."""
    try:
        packed = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
        return Visit(**json.loads(unseal(derive(master, _PURPOSE), packed, bound_to=_PURPOSE)))
    except (OperatorError, binascii.Error, ValueError):
        return None
