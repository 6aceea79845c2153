"""Permissions: the table as it was decided, and what each caller is shown."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from app.db.views import View
from app.errors import NotFound, NotPermitted, RoleMismatch
from app.security.callers import Caller
from app.security.permissions import (
    ROLES,
    WITH_PURPOSE,
    May,
    require,
    require_area,
    require_carer,
    require_provider,
    require_role,
    view_of,
)
from app.security.roles import Role, check_fit

DECIDED = {
    "read rotas": {"commissioner", "planner", "coordinator", "carer-feed"},
    "change and publish rotas": {"planner", "coordinator"},
    "read comparisons and zones": {"commissioner", "planner"},
    "ask for plans and comparisons": {"planner"},
    "ask for zones": {"commissioner", "planner"},
    "import data sets": {"planner"},
    "read counts of the area": {"commissioner", "planner", "coordinator"},
    "read proposals": {"commissioner", "planner", "coordinator"},
    "draft and revise proposals": {"planner"},
    "ask people whether they would move": {"planner", "coordinator"},
    "endorse or decline for a provider": {"coordinator"},
    "take a proposal a step on": {"commissioner", "planner"},
    "read the audit": {"auditor"},
    "manage people and keys": {"admin"},
    "see whom they are signed in as": {"commissioner", "planner", "coordinator", "carer-feed", "auditor", "admin"},
}


def caller(role: Role, *, purpose: str | None = None, provider: str | None = None) -> Caller:
    """Make a caller; one with a role of a provider is P1's."""
    whose = provider or ("P1" if role.of_provider else None)
    return Caller(area="A", provider=whose, prefix="x", role=role, actor="key/x", purpose=purpose)


def test_the_table_is_as_decided() -> None:
    """A permission that is given or taken away is a decision, and is taken here as well."""
    assert {may.value: {role.value for role in roles} for may, roles in ROLES.items()} == DECIDED
    assert set(ROLES) == set(May)


@pytest.mark.parametrize("role", Role)
def test_the_table_is_kept(role: Role) -> None:
    """Who is not in it is refused, in words that say what for."""
    for may in May:
        if role.value in DECIDED[may.value]:
            require(caller(role), may)
        else:
            with pytest.raises(NotPermitted, match=f"may {may}; yours is {role}"):
                require(caller(role), may)


def test_nobody_both_proposes_or_decides_and_audits() -> None:
    """Who looks at what was done does nothing that is looked at; nor do those who hand out keys."""
    for role in (Role.AUDITOR, Role.ADMIN):
        assert len([may for may, roles in ROLES.items() if role in roles]) == 2


@pytest.mark.parametrize(
    ("who", "view"),
    [
        (caller(Role.COORDINATOR), View(area="A", provider="P1", people=True)),
        (caller(Role.CARER_FEED), View(area="A", provider="P1", people=True)),
        (caller(Role.PLANNER), View(area="A")),
        (caller(Role.PLANNER, purpose="complaint"), View(area="A", people=True)),
        (caller(Role.COMMISSIONER), View(area="A")),
        (caller(Role.COMMISSIONER, purpose="complaint"), View(area="A", people=True)),
        (caller(Role.AUDITOR, purpose="complaint"), View(area="A")),
        (caller(Role.ADMIN, purpose="complaint"), View(area="A")),
    ],
    ids=str,
)
def test_a_view_follows_from_the_caller(who: Caller, view: View) -> None:
    """Providers see their own people, the partnership everybody's for a purpose, auditors and admins nobody."""
    assert view_of(who) == view
    assert {Role.PLANNER, Role.COMMISSIONER} == WITH_PURPOSE


def test_providers_and_carers_are_their_own() -> None:
    """A provider's caller passes for it and its carers only; the partnership for all that there are."""
    own, all_of_them = caller(Role.COORDINATOR), caller(Role.PLANNER)
    carer: Any = SimpleNamespace(provider_id="P1")
    other: Any = SimpleNamespace(provider_id="P2")
    require_provider(own, "P1")
    require_provider(all_of_them, "P2")
    with pytest.raises(NotPermitted):
        require_provider(own, "P2")
    assert require_carer(own, carer, "K1") is carer
    assert require_carer(all_of_them, other, "K2") is other
    for who, found in ((own, other), (own, None), (all_of_them, None)):
        with pytest.raises(NotFound, match="no carer K2"):
            require_carer(who, found, "K2")


def test_optimisations_are_their_areas() -> None:
    """One of another area is not there."""
    here: Any = SimpleNamespace(area="A", id=UUID(int=1))
    there: Any = SimpleNamespace(area="B", id=UUID(int=1))
    require_area(caller(Role.PLANNER), here)
    with pytest.raises(NotFound, match=str(UUID(int=1))):
        require_area(caller(Role.PLANNER), there)


def test_some_operations_are_for_some_roles() -> None:
    """The refusal names them."""
    require_role(caller(Role.PLANNER), Role.PLANNER, Role.COMMISSIONER)
    with pytest.raises(NotPermitted, match="for a planner or a commissioner"):
        require_role(caller(Role.COORDINATOR), Role.PLANNER, Role.COMMISSIONER)


def test_roles_fit_providers() -> None:
    """A role of a provider needs one, and no other role takes one."""
    assert {role for role in Role if role.of_provider} == {Role.COORDINATOR, Role.CARER_FEED}
    for role in Role:
        check_fit(role, "P1" if role.of_provider else None)
        with pytest.raises(RoleMismatch, match="for no provider" if not role.of_provider else "for one provider"):
            check_fit(role, None if role.of_provider else "P1")
