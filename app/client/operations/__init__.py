# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""The client, with the operations of each subject. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from app.client.operations.audit import Audit
from app.client.operations.consents import Consents
from app.client.operations.costs import Costs
from app.client.operations.drafts import Drafts
from app.client.operations.imports import Imports
from app.client.operations.keys import Keys
from app.client.operations.localities import Localities
from app.client.operations.members import Members
from app.client.operations.optimisations import Optimisations
from app.client.operations.proposals import Proposals
from app.client.operations.rotas import Rotas
from app.client.operations.service import Service
from app.client.operations.session import Session
from app.client.operations.zones import Zones
from app.client.transport import Transport


class RotaClient:
    """A client of one service with one key; `last` tells about the last answer. Use it as a context manager."""

    def __init__(self, address: str, key: str | None = None, **options: Any) -> None:
        self.last = Transport(address, key, **options)
        self.audit = Audit(self.last)
        self.consents = Consents(self.last)
        self.costs = Costs(self.last)
        self.drafts = Drafts(self.last)
        self.imports = Imports(self.last)
        self.keys = Keys(self.last)
        self.localities = Localities(self.last)
        self.members = Members(self.last)
        self.optimisations = Optimisations(self.last)
        self.proposals = Proposals(self.last)
        self.rotas = Rotas(self.last)
        self.service = Service(self.last)
        self.session = Session(self.last)
        self.zones = Zones(self.last)

    def close(self) -> None:
        """Let the connections go."""
        self.last.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
