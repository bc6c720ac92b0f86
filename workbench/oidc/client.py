"""What this installation must be told of its provider, and what it may not accept."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from core.errors import OperatorError
from core.settings import Settings

RETURN = "/login/oidc/return"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Client:
    """This installation as the provider knows it; `address` is where people reach the workbench."""

    issuer: str
    client_id: str
    client_secret: str
    address: str
    names: dict[str, str]
    factors: frozenset[str]
    classes: tuple[str, ...]
    loopback: bool

    @property
    def return_address(self) -> str:
        """Where the provider sends people back to."""
        return f"{self.address}{RETURN}"

    def may_ask(self, url: str) -> bool:
        """Whether an address is safe to send a code or a person to: TLS, or this very machine in a demonstration."""
        parts = urlsplit(url)
        if parts.username or parts.password or not parts.hostname:
            return False
        return parts.scheme == "https" or (parts.scheme == "http" and self.loopback and parts.hostname in _LOOPBACK)


def client_of(settings: Settings) -> Client | None:
    """The installation as a client of its provider, or nothing where none is set.

    Raises:
        OperatorError: something is missing, or the issuer is reached without TLS.
    """
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id or not settings.workbench_url:
        raise _told("the provider needs a client id and the workbench's own address")
    if settings.oidc_client_secret_file is None or not settings.oidc_client_secret_file.is_file():
        raise _told("the client's secret is not there", "HEDUI_OIDC_CLIENT_SECRET_FILE")
    client = Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret_file.read_text(encoding="utf-8").strip(),
        address=settings.workbench_url.rstrip("/"),
        names={"zh": settings.oidc_name_zh, "en": settings.oidc_name_en},
        factors=frozenset(settings.oidc_required_amr.split()),
        classes=tuple(settings.oidc_required_acr.split()),
        loopback=settings.environment != "production",
    )
    if not client.may_ask(client.issuer):
        raise _told("the issuer is not reached by https", "HEDUI_OIDC_ISSUER")
    return client


def _told(what: str, where: str = "HEDUI_OIDC_*, HEDUI_WORKBENCH_URL") -> OperatorError:
    return OperatorError("oidc.settings", what, where=where, todo="set it, or unset HEDUI_OIDC_ISSUER")
