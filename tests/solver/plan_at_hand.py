"""What tests of single steps of the compiled search share: reading the plan at hand, and taking a step back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import compiled
from solver.kernel.search import undo

if TYPE_CHECKING:
    from solver.kernel.state import Day, State


@compiled
def take_back(day: Day, state: State) -> None:
    """Undo a step."""
    undo(day, state)


def runs_of(state: State) -> tuple[tuple[int, ...], ...]:
    """Read the nodes of all runs."""
    return tuple(tuple(state.stops[run, : record["length"]]["node"].tolist()) for run, record in enumerate(state.runs))
