"""What the service asks of whoever carries out its optimisations.

An optimisation's row says whether it is wanted. Status and progress are read from the tables (`app.db.optimisations`,
`app.db.progress`), never from an engine of jobs: they are there when that is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session


class Jobs(Protocol):
    """Carries out queued optimisations, oldest first, here or in workers elsewhere.

    It is started and stopped in a thread without an event loop: it has its own.
    """

    def start(self) -> None:
        """Begin; what a killed process left running is taken up again."""

    def enqueue(self, session: Session, optimisation: UUID) -> None:
        """Have an optimisation carried out, if the caller's transaction is committed."""

    def stop(self) -> None:
        """Stop within seconds. What is running will be taken up by others, or at the next start."""

    def recover(self, worker: str) -> int:
        """Give what a lost worker was doing back to the queue, and say how many jobs that were."""
