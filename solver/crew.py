"""Who does parts of a search elsewhere: in other processes, perhaps on other machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from solver.types import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Crew(Protocol):
    """Does independent tasks side by side. What comes of a task depends on nothing but the task."""

    @property
    def width(self) -> int:
        """How many tasks are done at a time, at least one: how seconds are shared out."""

    def run(
        self,
        function: Callable[..., Any],
        tasks: Sequence[Mapping[str, Any]],
        *,
        hear: Callable[[int, Progress], None],
        stopped: Callable[[], bool],
    ) -> list[Any]:
        """Call an importable function of the solver once per task; results in task order.

        The function also gets `progress` and `cancelled`; `hear` is told how far each task is, by its number. Raises
        SolveCancelled soon after `stopped`.
        """


class Together:
    """Reports several tasks as one: their mean share done, and the last cost and absences of all heard from."""

    def __init__(self, n_tasks: int, progress: Callable[[Progress], None] | None) -> None:
        self._n_tasks, self._progress = n_tasks, progress
        self._latest: dict[int, Progress] = {}

    def hear(self, number: int, progress: Progress) -> None:
        """Take what one task says. One alone is reported as it is."""
        self._latest[number] = progress
        if self._progress is None:
            return
        if self._n_tasks == 1:
            self._progress(progress)
            return
        latest = self._latest.values()
        self._progress(
            Progress(
                phase=progress.phase,
                done=min(1.0, sum(each.done for each in latest) / self._n_tasks),
                cost=sum(each.cost for each in latest),
                unallocated=sum(each.unallocated for each in latest),
                areas=self._n_tasks,
                areas_done=sum(each.done >= 1.0 for each in latest),
            )
        )
