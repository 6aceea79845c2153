"""What each role may do. Endpoints say which of these they are, and nothing else decides.

What they then see is limited again in the database, by the walls of `app.db.walls`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from app.db.views import View
from app.errors import NotFound, NotPermitted
from app.security.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.db.optimisations import Optimisation
    from app.db.providers import Carer
    from app.security.callers import Caller


class May(StrEnum):
    """What is done, in words that a refusal can use."""

    READ_ROTAS = "read rotas"
    CHANGE_ROTAS = "change and publish rotas"
    READ_PLANS = "read comparisons and zones"
    ASK_FOR_PLANS = "ask for plans and comparisons"
    ASK_FOR_ZONES = "ask for zones"
    IMPORT = "import data sets"
    READ_COUNTS = "read counts of the area"
    READ_PROPOSALS = "read proposals"
    PROPOSE = "draft and revise proposals"
    TAKE_ANSWERS = "ask people whether they would move"
    VOTE = "endorse or decline for a provider"
    TAKE_STEPS = "take a proposal a step on"
    READ_AUDIT = "read the audit"
    MANAGE_ACCESS = "manage people and keys"
    BE_SIGNED_IN = "see whom they are signed in as"


_READERS = frozenset({Role.COMMISSIONER, Role.PLANNER})
_DOERS = frozenset({Role.COORDINATOR, Role.PLANNER})

ROLES: Mapping[May, frozenset[Role]] = {
    May.READ_ROTAS: _DOERS | {Role.CARER_FEED, Role.COMMISSIONER},
    May.CHANGE_ROTAS: _DOERS,
    May.READ_PLANS: _READERS,
    May.ASK_FOR_PLANS: frozenset({Role.PLANNER}),
    May.ASK_FOR_ZONES: _READERS,
    May.IMPORT: frozenset({Role.PLANNER}),
    May.READ_COUNTS: _READERS | {Role.COORDINATOR},
    May.READ_PROPOSALS: _READERS | {Role.COORDINATOR},
    May.PROPOSE: frozenset({Role.PLANNER}),
    May.TAKE_ANSWERS: _DOERS,
    May.VOTE: frozenset({Role.COORDINATOR}),
    May.TAKE_STEPS: _READERS,
    May.READ_AUDIT: frozenset({Role.AUDITOR}),
    May.MANAGE_ACCESS: frozenset({Role.ADMIN}),
    May.BE_SIGNED_IN: frozenset(Role),
}
"""Who may do what. Whatever is not in this table is refused."""

WITH_PURPOSE = _READERS
"""The roles that see rows about people of every provider, once they have said for what purpose."""


def require(caller: Caller, what: May) -> None:
    """Let roles pass that may do something. Raises NotPermitted."""
    if caller.role not in ROLES[what]:
        raise NotPermitted(f"this needs a role that may {what}; yours is {caller.role}")


def require_role(caller: Caller, *roles: Role) -> None:
    """Let some roles pass, where an operation is not for all who may do something. Raises NotPermitted."""
    if caller.role not in roles:
        raise NotPermitted(f"this is for a {' or a '.join(roles)}")


def view_of(caller: Caller) -> View:
    """Give what the database shows a caller."""
    if caller.role.of_provider:
        return View(area=caller.area, provider=caller.provider, people=True)
    return View(area=caller.area, people=caller.role in WITH_PURPOSE and caller.purpose is not None)


def require_provider(caller: Caller, provider: str) -> None:
    """Let the provider itself and the partnership pass. Raises NotPermitted, whether or not the provider exists."""
    if caller.provider not in {None, provider}:
        raise NotPermitted("this opens its own provider's rotas only")


def require_carer(caller: Caller, carer: Carer | None, asked: str) -> Carer:
    """Let the carer's provider and the partnership pass.

    Raises NotFound, alike for a carer who does not exist and one who works for somebody else: that is nobody's affair.
    """
    if carer is None or caller.provider not in {None, carer.provider_id}:
        raise NotFound(f"there is no carer {asked}")
    return carer


def require_area(caller: Caller, optimisation: Optimisation) -> None:
    """Let callers of the optimisation's area pass. Raises NotFound, as if there were no such optimisation."""
    if optimisation.area != caller.area:
        raise NotFound(f"there is no optimisation {optimisation.id}")
