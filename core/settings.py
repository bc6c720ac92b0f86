"""Settings of one installation, read from the environment (prefix `HEDUI_`)."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where state lives and how careful the installation is.

    `home` holds all state; departments put their files into `inbox` (default: `home/inbox`), a folder per source.
    `ledger_url` is an SQLAlchemy URL; the embedded default is an SQLite file in `home`. `desk_url` is the same database
    by the workbench's login, for a process that does the pipeline's work and people's (default: `ledger_url`).
    `seal_landing` keeps raw files and quarantine encrypted with a key per delivery (always on in production).
    `audit_key_file` (default `home/keys/audit.key`) signs the audit's heads, `audit_head_file` (`home/audit/head.json`)
    keeps the newest one.
    `sample_share` of the households nobody asks about is drawn every night, `blind_share` of the cases is decided
    twice unseen; `reply_days` are what a household has to answer a notice (domain §6.4: 30, or local); the other
    figures of the workbench are days, hours and minutes, and local policy where days.
    `workbench_url` and `airflow_url` are where people reach the two: each links to the other where it is given.
    `workbench_processes` serve the workbench side by side, on PostgreSQL; the processors it may have are a good number.
    `oidc_issuer` (exactly as the provider writes it), `oidc_client_id` and `oidc_client_secret_file` let people sign in
    by an OpenID provider beside local accounts; it needs `workbench_url`, and its button says `oidc_name_zh` or
    `oidc_name_en`. `oidc_required_amr` and `oidc_required_acr` list, separated by spaces, the ways of proof of which a
    sign-in must show one (second factors).
    A statement of the workbench's pages that takes PostgreSQL longer than `web_statement_seconds` is ended.
    An export of clear values holds at most `clear_export_rows` households and lasts `clear_export_hours`.
    `office` signs letters, which name its `office_contact` (address, telephone, hours); `fonts_folder` holds Noto Serif
    CJK, with which they are set.
    `raw_retention_days` and `unmatched_hours` are domain §7; `case_retention_days` is three years after exit (R20);
    `check_retention_days` after it was asked a commissioned check is erased, which is local policy: its report serves
    one application, and the remedies against that end sooner.
    """

    model_config = SettingsConfigDict(env_prefix="HEDUI_", extra="ignore")

    home: Path = Field(default_factory=lambda: Path("var"))
    inbox: Path | None = None
    environment: Literal["demonstration", "production"] = "demonstration"
    ledger_url: str | None = None
    desk_url: str | None = None
    master_key_file: Path | None = None
    seal_landing: bool = True
    settle_seconds: float = 2.0
    raw_retention_days: int = 730
    case_retention_days: int = 1096
    check_retention_days: int = 365
    audit_key_file: Path | None = None
    audit_head_file: Path | None = None
    review_cycle_months: int = 6
    sample_share: float = Field(default=0.0005, ge=0, le=1)
    blind_share: float = Field(default=0.05, ge=0, le=1)
    case_due_days: int = 15
    visit_due_days: int = 10
    reply_days: int = Field(default=30, gt=0)
    objection_answer_days: int = 20
    lease_hours: float = 4
    reveal_daily_limit: int = 50
    session_idle_minutes: int = 30
    session_hours: int = 10
    export_days: int = 7
    clear_export_rows: int = Field(default=200, gt=0)
    clear_export_hours: int = Field(default=24, gt=0)
    office: str = "居民家庭经济状况核对中心"
    office_contact: str = ""
    fonts_folder: Path = Path("/usr/share/fonts")
    workbench_url: str | None = Field(default=None, pattern=r"^https?://[^{}\s]+$")
    workbench_processes: int = Field(default=1, ge=1, le=32)
    airflow_url: str | None = Field(default=None, pattern=r"^https?://[^{}\s]+$")
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret_file: Path | None = None
    oidc_name_zh: str = "统一身份认证"
    oidc_name_en: str = "single sign-on"
    oidc_required_amr: str = ""
    oidc_required_acr: str = ""
    web_statement_seconds: float = Field(default=5, gt=0)
    memory_limit: str = "3GB"
    threads: int = Field(default_factory=lambda: os.cpu_count() or 2)
    sources_folder: Path = ROOT / "sources"
    rules_folder: Path = ROOT / "rules"

    @property
    def sealing(self) -> bool:
        """Whether landing is sealed: by setting in the demonstration, always in production."""
        return self.seal_landing or self.environment == "production"

    @property
    def arrivals(self) -> Path:
        """The folder where departments' files arrive."""
        return self.inbox or self.home / "inbox"

    @property
    def ledger(self) -> str:
        """The ledger's SQLAlchemy URL."""
        return self.ledger_url or f"sqlite:///{(self.home / 'ledger.sqlite').absolute()}"

    def folder(self, name: str) -> Path:
        """The folder `name` below `home`, made if missing."""
        path = self.home / name
        path.mkdir(parents=True, exist_ok=True)
        return path


@lru_cache(maxsize=8)
def _cached(environment: tuple[tuple[str, str], ...]) -> Settings:
    return Settings()


def settings() -> Settings:
    """The settings of this process, read anew whenever a `HEDUI_` variable changes."""
    return _cached(tuple(sorted((k, v) for k, v in os.environ.items() if k.startswith("HEDUI_"))))
