"""The roles, each with what it is for. What a role may do is the table of `app.security.permissions`."""

from __future__ import annotations

from enum import StrEnum

from app.errors import RoleMismatch


class Role(StrEnum):
    """What somebody does here. A coordinator and a carer feed belong to one provider, everybody else to none."""

    COMMISSIONER = "commissioner"
    PLANNER = "planner"
    COORDINATOR = "coordinator"
    CARER_FEED = "carer-feed"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def of_provider(self) -> bool:
        """Tell whether the role is held for one provider."""
        return self in OF_PROVIDER


OF_PROVIDER = frozenset({Role.COORDINATOR, Role.CARER_FEED})
"""The roles that are held for one provider and see no more than is its own."""


def check_fit(role: Role, provider: str | None) -> None:
    """Refuse a role of a provider for none, and any other for one. Raises RoleMismatch."""
    if role.of_provider != (provider is not None):
        raise RoleMismatch(f"the role {role} is {'held for one provider' if role.of_provider else 'for no provider'}")
