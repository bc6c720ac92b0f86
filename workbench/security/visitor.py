"""Who asks: one user for one request, with the roles and the scope that this page allows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.case_words import Role
from ledger.grants import Grant, scope_of
from ledger.scope import Scope
from ledger.users import User
from workbench.security.sections import Section, sections_for
from workbench.words.regions import scope_in_words


@dataclass(frozen=True)
class Visitor:
    """A signed-in user as one request sees them. `scope` holds only prefixes of roles that open this page."""

    user: User
    grants: tuple[Grant, ...]
    scope: Scope
    session: str
    language: str
    address: str

    @property
    def user_id(self) -> str:
        """The user's id, as decisions and the audit name them."""
        return str(self.user.user_id)

    @property
    def name(self) -> str:
        """The name colleagues know the user by."""
        return str(self.user.display_name)

    @property
    def roles(self) -> frozenset[Role]:
        """All roles in force today."""
        return frozenset(Role(grant.role) for grant in self.grants)

    def has(self, *roles: Role) -> bool:
        """Whether any of the roles is in force."""
        return not self.roles.isdisjoint(roles)

    @property
    def sections(self) -> list[Section]:
        """The parts of the workbench that the user may open."""
        return sections_for(self.roles)

    @property
    def roles_in_words(self) -> str:
        """The roles as the page's head says them."""
        return " ".join(getattr(role, self.language) for role in sorted(self.roles))

    @property
    def scope_in_words(self) -> str:
        """The places the user may see, over all roles."""
        return scope_in_words(scope_of(self.grants).prefixes, self.language)


def scope_for(grants: Iterable[Grant], roles: Iterable[Role]) -> Scope:
    """What these roles of the user may see; nothing where the user has none of them."""
    return scope_of(list(grants), list(roles))
