"""What one running workbench holds: its settings, the desk of the ledger, the cards and pages, and its templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from fastapi import FastAPI, Request

from core.errors import DefectError
from core.sealing import master_key
from core.settings import Settings
from ledger.desk import Desk, open_desk
from publish.nights import Nights
from rules.pages import Page, load_pages
from rules.parameters import Parameter, load_parameters
from sources.card import Card, load_cards
from workbench.evidence.measured import Measured
from workbench.evidence.snapshot import Snapshot, snapshot
from workbench.kept import Kept
from workbench.oidc.client import client_of
from workbench.oidc.provider import Provider
from workbench.security.policy_reports import PolicyReports


@dataclass
class House:
    """Made once per process; everything in it may be shared between requests."""

    settings: Settings
    desk: Desk
    policy_reports: PolicyReports = field(default_factory=lambda: PolicyReports(lambda _: None, lambda _: None))

    @cached_property
    def master(self) -> bytes:
        """The installation's master key, from which the keys of cookies and tokens are derived."""
        return master_key(self.settings)

    @cached_property
    def cards(self) -> dict[str, Card]:
        """Every source's card, as it stands now."""
        return load_cards(self.settings.sources_folder)

    @cached_property
    def provider(self) -> Provider | None:
        """Who vouches for people beside the local accounts, where one is set.

        Raises:
            OperatorError: what it needs is missing, or it is reached without TLS.
        """
        client = client_of(self.settings)
        return None if client is None else Provider(client)

    @cached_property
    def nights(self) -> Nights:
        """The published nights in counts, each counted once."""
        return Nights(self.desk.ledger, self.settings)

    @cached_property
    def measured(self) -> Measured:
        """How right each rule was lately."""
        return Measured(self.desk)

    @cached_property
    def asking_rules(self) -> Kept[list[str]]:
        """The rules that ask in open cases, by scope and run."""
        return Kept()

    @cached_property
    def pages(self) -> dict[str, Page]:
        """Every rule's page by its code, as it stands now."""
        return {page.card.code: page for page in load_pages(self.settings.rules_folder)}

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """Each number of policy by its name, as it stands now."""
        return {one.name: one for one in load_parameters(self.settings.rules_folder)}

    def run(self, run_id: str | None = None) -> Snapshot:
        """The current run, or a named published one, fixed for the caller.

        Raises:
            OperatorError: nothing is current, or the run is not published.
        """
        return snapshot(self.settings, run_id, ledger=self.desk.ledger)


def build_house(settings: Settings, *, statement_seconds: float | None = None) -> House:
    """Open the ledger's desk and make the house of this process; its statements may take `statement_seconds` each."""
    return House(settings, open_desk(settings, statement_seconds=statement_seconds))


def house_of(request: Request) -> House:
    """The house that serves this request."""
    return house_of_app(request.app)


def house_of_app(app: FastAPI) -> House:
    """The house of an application."""
    house = app.state.house
    if not isinstance(house, House):
        raise DefectError("workbench.house", "the application has no house", where="app.state", todo="make it by app()")
    return house
