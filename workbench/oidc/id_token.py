"""The ID token: signed by the provider's key, for us, for this visit, now. Anything else is nobody."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError, UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry

from workbench.oidc.client import Client
from workbench.oidc.provider import Provider
from workbench.oidc.refusals import NotLetIn

ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")  # never `none`, never a shared secret
SKEW_SECONDS = 60


@dataclass(frozen=True)
class Vouched:
    """Whom the provider vouches for, and since which second of the epoch, where it says so."""

    issuer: str
    subject: str
    proved_at: int | None


class _Algorithms(JWSRegistry):
    """Only ours; RFC 9864 calls `EdDSA` by the curve's name, and providers still use both."""

    def get_alg(self, name: str) -> Any:
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(f"Algorithm of '{name}' is not allowed")
        return self.algorithms[name]


def vouched(provider: Provider, tokens: dict[str, Any], nonce: str) -> Vouched:
    """Whom a token names, once it holds in every respect.

    Raises:
        NotLetIn: its signature, issuer, audience, time, nonce or the way of proof does not hold.
        OperatorError: the provider's keys cannot be had.
    """
    client = provider.client
    try:
        token = _opened(provider, tokens["id_token"])
        options: dict[str, Any] = {"iss": {"essential": True, "value": client.issuer}}
        params = {"nonce": nonce, "client_id": client.client_id, "access_token": tokens.get("access_token")}
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=int(time.time()), leeway=SKEW_SECONDS)
    except JoseError as error:
        claim = getattr(error, "claim", None)
        raise NotLetIn("oidc.token", f"{error.error} {claim}" if claim else str(error.error)) from None
    except ValueError:
        raise NotLetIn("oidc.token", "malformed") from None
    if client.client_id not in _listed(claims["aud"]):
        raise NotLetIn("oidc.token", "invalid_claim aud")
    if not claims["sub"].strip():
        raise NotLetIn("oidc.token", "invalid_claim sub")
    _proved_well_enough(client, claims)
    at = claims.get("auth_time")
    return Vouched(claims["iss"], claims["sub"], at if isinstance(at, int) and not isinstance(at, bool) else None)


def _opened(provider: Provider, token: str) -> jwt.Token:
    registry = _Algorithms(strict_check_header=False)
    try:
        return jwt.decode(token, provider.keys(), registry=registry)
    except (InvalidKeyIdError, BadSignatureError):
        return jwt.decode(token, provider.keys(anew=True), registry=registry)


def _proved_well_enough(client: Client, claims: dict[str, Any]) -> None:
    if client.factors and not client.factors & set(_listed(claims.get("amr"))):
        raise NotLetIn("oidc.factor", "amr")
    if client.classes and claims.get("acr") not in client.classes:
        raise NotLetIn("oidc.factor", "acr")


def _listed(value: object) -> Collection[str]:
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
