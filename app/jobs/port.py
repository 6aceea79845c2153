"""What the service asks of whoever carries out its optimisations.

The queue is the database: an optimisation is queued or cancelled by committing that. The port only says that there is
something to look at.
"""

from __future__ import annotations

from typing import Protocol


class Jobs(Protocol):
    """Carries out queued optimisations, oldest first."""

    def start(self) -> None:
        """Begin; what a killed service left running is taken up again."""

    def wake(self) -> None:
        """Look at the queue now: an optimisation was queued or cancelled."""

    def stop(self) -> None:
        """Stop within seconds. What is running will be taken up at the next start."""
