"""Rotas that are asked for again: shown without working out anew who may see what.

A document that a role and a view were shown at an address a moment ago is shown to whoever comes with the same role and
view: the caller is recognised, counted and taken down as ever, but parameters and permissions are not gone through
again, for they would come to the same. Endpoints on such a route say in `request.state.shown` what they showed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.routing import APIRoute

from app.api.answers import packed_answer
from app.api.dependencies import admit, recognised
from app.security.permissions import view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable
    from typing import Any

    from fastapi import Request, Response

    from app.db.rota_versions import Shown
    from app.security.callers import Caller
    from app.services.remembered import Remembered


class AskedAgain(APIRoute):
    """A route whose endpoint, if it only reads, is called once a moment for each document."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Make what answers requests."""
        look_up = super().get_route_handler()
        if self.methods != {"GET"}:
            return look_up

        async def answer(request: Request) -> Response:
            known: Remembered[Shown] = request.app.state.rotas
            caller = recognised(request)
            if caller is not None and (shown := known.get(_asked(request, caller))) is not None:
                admit(request, caller)
                return packed_answer(request, shown)
            began = known.begin()
            response = await look_up(request)
            if hasattr(request.state, "shown"):
                known.put(_asked(request, request.state.caller), request.state.shown, began)
            return response

        return answer


def _asked(request: Request, caller: Caller) -> Hashable:
    """Give all on which it depends what is shown, besides the database."""
    return caller.role, view_of(caller), request.scope["path"], request.scope["query_string"]
