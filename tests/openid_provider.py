"""A real OpenID provider over real HTTP, on Authlib's server side: code flow, PKCE demanded, keys that rotate.

It does as it is told of wrong: what it says in its tokens can be bent, as no published provider lets one.
"""

from __future__ import annotations

import base64
import html
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, BaseGrant, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from fastapi import FastAPI, Request
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from workbench.run import serving

CLIENT_ID, CLIENT_SECRET = "hedui workbench", "a secret: with/odd characters"
KEYS: dict[str, Any] = {
    "RS256": lambda kid: RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}),
    "ES256": lambda kid: ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}),
    "EdDSA": lambda kid: OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig"}),
    "Ed25519": lambda kid: OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig"}),
}
FORM = """<!doctype html><html lang="en"><head><title>Provider</title><link rel="icon" href="data:,"></head><body><main>
<h1>Provider</h1><form method="post" action="/authorize">{hidden}<label>Person <input name="person" required></label>
<button>Go on</button></form></main></body></html>"""
LEFT = """<!doctype html><html lang="en"><head><title>Left</title><link rel="icon" href="data:,"></head><body><main>
<h1>Signed out of the provider</h1><a href="{back}">Back</a></main></body></html>"""


@dataclass
class OpenIdProvider:
    """Where it is, its keys, whom it has registered, and in what it errs."""

    address: str
    algorithm: str = "RS256"
    keys: list[Any] = field(default_factory=list)
    return_addresses: set[str] = field(default_factory=set)
    claims: dict[str, Any] = field(default_factory=dict)
    tampered: bool = False
    unsigned: bool = False
    shared_secret: bool = False
    down: bool = False
    proved_ago: int | None = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, Any] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)

    def rotate(self) -> None:
        """Sign with another key from now on, and publish that one alone."""
        self.keys = [KEYS[self.algorithm](f"key-{time.monotonic_ns()}")]

    def auth_time(self) -> int | None:
        """When it claims to have asked people last: just now, `proved_ago` seconds before, or it does not say."""
        return None if self.proved_ago is None else int(time.time()) - self.proved_ago

    def id_token(self, token: str) -> str:
        """The token as it leaves the house."""
        head, body, signature = token.split(".")
        if self.unsigned:
            return f"{_encoded({'alg': 'none'})}.{body}."
        if self.tampered:
            return f"{head}.{_encoded({**_decoded(body), 'sub': 'somebody-else'})}.{signature}"
        return token


class _Client:
    """The workbench, as it is registered here."""

    def __init__(self, provider: OpenIdProvider) -> None:
        self.provider = provider

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_allowed_scope(self, scope: str) -> str:
        return "openid" if "openid" in scope.split() else ""

    def check_redirect_uri(self, address: str) -> bool:
        return address in self.provider.return_addresses

    def check_client_secret(self, secret: str) -> bool:
        return secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method, endpoint) == ("client_secret_basic", "token")

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


class _Request(OAuth2Request):
    def __init__(self, request: Request, form: dict[str, str]) -> None:
        super().__init__(request.method, str(request.url), headers=dict(request.headers.items()) | _basic(request))
        self._form = form
        self.payload = BasicOAuth2Payload(form)

    @property
    def form(self) -> dict[str, str]:
        return self._form

    @property
    def args(self) -> dict[str, str]:
        return self._form


class _Server(AuthorizationServer):
    def __init__(self, provider: OpenIdProvider) -> None:
        super().__init__(scopes_supported=["openid"])
        self.provider = provider
        self.register_token_generator("default", BearerTokenGenerator(lambda *_, **__: f"access-{time.monotonic_ns()}"))
        self.register_grant(_CodeGrant, [_OpenId(provider), _Pkce()])

    def query_client(self, client_id: str) -> _Client | None:
        return _Client(self.provider) if client_id == CLIENT_ID else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        self.provider.tokens.append(token["access_token"])

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        return None

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Response:
        if status == 302:
            return RedirectResponse(dict(headers)["Location"], status_code=302)
        return JSONResponse(body, status_code=status, headers=dict(headers))


class _CodeGrant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        told = request.payload.data
        self.server.provider.codes[code] = SimpleNamespace(
            code=code,
            person=request.user,
            code_challenge=told.get("code_challenge"),
            code_challenge_method=told.get("code_challenge_method"),
            get_redirect_uri=lambda: told["redirect_uri"],
            get_scope=lambda: "openid",
            get_nonce=lambda: told.get("nonce"),
            get_auth_time=lambda: self.server.provider.auth_time(),
            get_acr=lambda: None,
            get_amr=lambda: None,
        )

    def query_authorization_code(self, code: str, client: _Client) -> Any:
        return self.server.provider.codes.get(code)

    def delete_authorization_code(self, code: Any) -> None:
        del self.server.provider.codes[code.code]

    def authenticate_user(self, code: Any) -> str:
        return str(code.person)


class _Pkce(CodeChallenge):
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: BaseGrant, redirect_uri: str) -> None:
        super().validate_code_challenge(grant, redirect_uri)
        if grant.request.payload.data.get("code_challenge_method") != "S256":
            raise OAuth2Error("no PKCE")


class _OpenId(OpenIDCode):
    def __init__(self, provider: OpenIdProvider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return False

    def resolve_client_private_key(self, client: _Client) -> Any:
        public = json.dumps(self.provider.keys[0].as_dict(private=False))
        return OctKey.import_key(public.encode()) if self.provider.shared_secret else self.provider.keys[0]

    def get_client_algorithm(self, client: _Client) -> str:
        return "HS256" if self.provider.shared_secret else self.provider.algorithm

    def get_encode_header(self, client: _Client) -> dict[str, Any]:
        return {"alg": self.get_client_algorithm(client), "kid": self.provider.keys[0].kid}

    def get_client_claims(self, client: _Client) -> dict[str, Any]:
        return {"iss": self.provider.address, "aud": [CLIENT_ID]}

    def get_compatible_claims(self, request: OAuth2Request) -> dict[str, Any]:
        """Without the present moment, which the library puts where it was told no `auth_time`."""
        claims: dict[str, Any] = super().get_compatible_claims(request)
        return {name: value for name, value in claims.items() if name != "auth_time"}

    def generate_user_info(self, user: str, scope: str) -> dict[str, Any]:
        return {"sub": user, "roles": ["supervisor"], **self.provider.claims}

    def encode_id_token(self, token: dict[str, Any], request: OAuth2Request) -> str:
        return self.provider.id_token(super().encode_id_token(token, request))


@contextmanager
def providing(algorithm: str = "RS256") -> Iterator[OpenIdProvider]:
    """Serve a provider until the block ends."""
    port = free_port()
    provider = OpenIdProvider(f"http://127.0.0.1:{port}", algorithm)
    provider.rotate()
    with serving(_pages(provider), port=port):
        yield provider


def client_settings(provider: OpenIdProvider, address: str, folder: Path) -> dict[str, Any]:
    """Register a workbench, and the settings that tell it of the provider."""
    provider.return_addresses.add(f"{address}/login/oidc/return")
    secret = folder / "client-secret"
    secret.write_text(f"{CLIENT_SECRET}\n", encoding="utf-8")
    told = {"oidc_issuer": provider.address, "oidc_client_id": CLIENT_ID, "oidc_client_secret_file": secret}
    return {**told, "workbench_url": address}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _pages(provider: OpenIdProvider) -> FastAPI:
    app, server = FastAPI(), _Server(provider)

    @app.get("/.well-known/openid-configuration")
    def described() -> Response:
        if provider.down:
            return JSONResponse({}, status_code=503)
        told = {name: f"{provider.address}/{path}" for name, path in ENDPOINTS.items()}
        return JSONResponse({"issuer": provider.address, **told})

    @app.get("/jwks")
    def jwks() -> Response:
        return JSONResponse(KeySet(provider.keys).as_dict(private=False))

    @app.get("/authorize")
    def ask(request: Request) -> Response:
        provider.asked.append(dict(request.query_params))
        kept = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in request.query_params.items()
        )
        return HTMLResponse(FORM.format(hidden=kept))

    @app.post("/authorize")
    async def answer(request: Request) -> Response:
        sent = {name: str(value) for name, value in (await request.form()).items()}
        person = sent.pop("person")
        asked = _Request(request, sent)
        grant = server.get_consent_grant(asked, end_user=person)
        response: Response = server.create_authorization_response(asked, grant_user=person, grant=grant)
        return response

    @app.post("/token")
    async def token(request: Request) -> Response:
        sent = {name: str(value) for name, value in (await request.form()).items()}
        response: Response = server.create_token_response(_Request(request, sent))
        return response

    @app.get("/leave")
    def leave(client_id: str, post_logout_redirect_uri: str) -> Response:
        assert client_id == CLIENT_ID
        return HTMLResponse(LEFT.format(back=html.escape(post_logout_redirect_uri)))

    return app


ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "jwks_uri": "jwks",
    "end_session_endpoint": "leave",
}


def _basic(request: Request) -> dict[str, str]:
    """Authlib looks the header up by its usual spelling."""
    return {"Authorization": request.headers["authorization"]} if "authorization" in request.headers else {}


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _decoded(part: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return told
