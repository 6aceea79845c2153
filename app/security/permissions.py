"""What a caller may see. Endpoints ask here, and nowhere else decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import NotFound, NotPermitted
from app.security.roles import Role

if TYPE_CHECKING:
    from app.db.optimisations import Optimisation
    from app.db.providers import Carer
    from app.security.callers import Caller


def require_partnership(caller: Caller) -> None:
    """Let only the partnership pass. Raises NotPermitted."""
    if caller.provider is not None:
        raise NotPermitted("this needs the partnership's key")


def require_provider(caller: Caller, provider: str) -> None:
    """Let the provider itself and the partnership pass. Raises NotPermitted, whether or not the provider exists."""
    if caller.provider not in {None, provider}:
        raise NotPermitted("this key opens its own provider's rotas only")


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


def require_editor(caller: Caller) -> None:
    """Let those pass who change rotas by hand: coordinators, planners and admins. Raises NotPermitted."""
    if caller.role not in {Role.COORDINATOR, Role.PLANNER, Role.ADMIN}:
        raise NotPermitted("rotas are changed by coordinators and planners")
