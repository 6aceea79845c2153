"""Grows the runs that one shift could make, from home on, label by label: the cheapest ones, or all that are cheap.

A label is the beginning of a run: where it is, when it is free, what it has cost. Of two labels at the same visit the
one that is better in every respect is enough. Prices are reduced: what serving a visit is worth is already taken off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.kernel.jit import compiled, inlined, inner
from solver.kernel.task import WORD
from solver.kernel.windows import next_open
from solver.timing import UNREACHABLE, arrival

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.kernel.task import Labels, Task

NOBODY = -1
DUST = 1e-7
"""Costs that differ by less count as equal."""


@inlined
def _begin(task: Task, visit: int, at_s: int) -> int:
    """Give the first start of a visit at or after an instant, `UNREACHABLE` when there is none."""
    at_s = max(at_s, task.earliest_s[visit])
    if task.window_count[visit] > 1:
        at_s = next_open(task.lists, task.window_first[visit], task.window_count[visit], at_s)
    return at_s if at_s <= task.latest_s[visit] else UNREACHABLE


@compiled
def bound_rest(task: Task, labels: Labels) -> float:
    """Fill `labels.least` and give the least reduced price of a run: breaks, limits and repeated visits are ignored."""
    visits = len(task.duration_s)
    spared = -task.undertime * task.contracted_s
    for step in range(len(labels.least) - 1, -1, -1):
        free_s = task.opens_s + step * task.step_s
        for here in range(visits + 1):
            best = np.inf
            if here < visits:
                back_s = arrival(task.tables, task.mode, task.place[here], task.end_place, free_s)
                if back_s <= task.closes_s:
                    best = task.home[here] + spared
            for there in range(visits):
                price = task.arc[here, there]
                if there == here or not price < np.inf:
                    continue
                at_s = arrival(task.tables, task.mode, task.place[here], task.place[there], free_s)
                done_s = _begin(task, there, at_s) + task.duration_s[there]
                if done_s <= task.closes_s:
                    best = min(best, price + labels.least[(done_s - task.opens_s) // task.step_s, there])
            labels.least[step, here] = best
    return float(labels.least[0, visits])


@compiled
def grow(task: Task, labels: Labels, below: float, every: int) -> bool:
    """List the runs with a reduced price below a threshold; False when the room is too small for all.

    Unless `every` is asked for a run need not be listed when a cheaper one is; else only when a cheaper one makes the
    same visits and none of them is linked. `bound_rest` comes first.
    """
    visits = len(task.duration_s)
    labels.first_at[:] = NOBODY
    labels.first_in[:] = NOBODY
    labels.counts[:] = 0
    labels.last[0], labels.via[0], labels.before[0], labels.price[0] = visits, 0, NOBODY, 0.0
    labels.free_s[0], labels.work_s[0], labels.drive_s[0] = task.opens_s, task.paid_s, 0
    labels.load[0], labels.rested[0] = 0, 0
    for word in range(labels.memory.shape[1]):
        labels.memory[0, word] = 0
    if not _keep(task, labels, below, every):
        return True
    for step in range(len(labels.first_in)):
        label = labels.first_in[step]
        while label != NOBODY:
            if not labels.dead[label] and not _extend(task, labels, label, (below, every)):
                return False
            label = labels.next_in[label]
    return True


@inner
def _extend(task: Task, labels: Labels, label: int, how: tuple[float, int]) -> bool:
    """Go on from a label: rest, go home, or make another visit. False when there is no room."""
    below, every = how
    visits, here = len(task.duration_s), labels.last[label]
    breaks = len(task.break_duration_s)
    if labels.counts[0] + visits + breaks + 2 > len(labels.last) or labels.counts[1] == len(labels.ends):
        return False
    for rest in range(breaks):
        begin_s = max(labels.free_s[label], task.break_earliest_s[rest])
        if labels.rested[label] >> rest & 1 or begin_s > task.break_latest_s[rest]:
            continue
        new = _copy(labels, label, -1 - rest)
        labels.last[new], labels.free_s[new] = here, begin_s + task.break_duration_s[rest]
        for word in range(labels.memory.shape[1]):
            labels.memory[new, word] = labels.memory[label, word]
        labels.rested[new] |= 1 << rest
        _keep(task, labels, below, every)
    if here < visits and labels.rested[label] == (1 << breaks) - 1:
        _go_home(task, labels, label, below)
    for there in range(visits):
        if not (labels.memory[label, there // WORD] >> (there % WORD)) & 1:
            _visit(task, labels, (label, there), how)
    return True


@inlined
def _copy(labels: Labels, label: int, via: int) -> int:
    """Begin the next label as a copy, in the first free row."""
    new = labels.counts[0]
    labels.via[new], labels.before[new], labels.price[new] = via, label, labels.price[label]
    labels.work_s[new], labels.drive_s[new] = labels.work_s[label], labels.drive_s[label]
    labels.load[new], labels.rested[new] = labels.load[label], labels.rested[label]
    return int(new)


@inlined
def _visit(task: Task, labels: Labels, step: tuple[int, int], how: tuple[float, int]) -> None:
    """Make one more visit, if it can be made."""
    label, there = step
    here, home = labels.last[label], len(task.duration_s)
    price = task.arc[here, there]
    load = labels.load[label] + task.load[there]
    if not price < np.inf or load > task.capacity:
        return
    at_s = arrival(task.tables, task.mode, task.place[here], task.place[there], labels.free_s[label])
    free_s = _begin(task, there, at_s) + task.duration_s[there]
    work_s = labels.work_s[label] + task.duration_s[there] + (0 if here == home else task.work_s[here, there])
    drive_s = labels.drive_s[label] + task.drive_s[here, there]
    if free_s > task.closes_s or work_s > task.max_work_s or drive_s > task.max_drive_s:
        return
    new = _copy(labels, label, there)
    labels.last[new], labels.free_s[new], labels.price[new] = there, free_s, labels.price[label] + price
    labels.work_s[new], labels.drive_s[new], labels.load[new] = work_s, drive_s, load
    for word in range(labels.memory.shape[1]):
        labels.memory[new, word] = labels.memory[label, word] & task.near[there, word]
    labels.memory[new, there // WORD] |= 1 << (there % WORD)
    _keep(task, labels, how[0], how[1])


@inner
def _go_home(task: Task, labels: Labels, label: int, below: float) -> None:
    """List a run that is complete, if it is cheap enough."""
    here = labels.last[label]
    back_s = arrival(task.tables, task.mode, task.place[here], task.end_place, labels.free_s[label])
    work_s = labels.work_s[label]
    price = labels.price[label] + task.home[here] + task.balance * work_s * work_s
    price += task.overtime * max(0, work_s - task.contracted_s) - task.undertime * min(task.contracted_s, work_s)
    driven_s = labels.drive_s[label] + task.drive_s[here, len(task.duration_s)]
    if back_s <= task.closes_s and driven_s <= task.max_drive_s and price < below:
        labels.ends[labels.counts[1]] = label
        labels.end_price[labels.counts[1]] = price
        labels.counts[1] += 1


@inner
def _keep(task: Task, labels: Labels, below: float, every: int) -> bool:
    """Keep the label in the first free row, unless it leads nowhere or another is better; drop those that are worse."""
    new, here = labels.counts[0], labels.last[labels.counts[0]]
    free_s = labels.free_s[new]
    step = (free_s - task.opens_s) // task.step_s
    if free_s > task.closes_s or labels.price[new] + labels.least[step, here] >= below:
        return False
    for word in range(labels.memory.shape[1]):
        labels.blocked[new, word] = labels.memory[new, word]
    if not every and here < len(task.duration_s):
        for visit in range(len(task.duration_s)):
            if free_s + task.soonest_s[here, visit] > task.latest_s[visit]:
                labels.blocked[new, visit // WORD] |= 1 << (visit % WORD)
    previous, other = NOBODY, labels.first_at[here]
    while other != NOBODY:
        if _better(task, labels, (other, new), every):
            return False
        following = labels.next_at[other]
        if _better(task, labels, (new, other), every):
            labels.dead[other] = True
            if previous == NOBODY:
                labels.first_at[here] = following
            else:
                labels.next_at[previous] = following
        else:
            previous = other
        other = following
    labels.next_at[new], labels.first_at[here] = labels.first_at[here], new
    labels.next_in[new], labels.first_in[step] = labels.first_in[step], new
    labels.dead[new] = False
    labels.counts[0] += 1
    return True


@inlined
def _better(task: Task, labels: Labels, two: tuple[int, int], every: int) -> bool:
    """Tell whether whatever the second label can become, the first can as well, and is no dearer."""
    one, other = two
    if labels.free_s[one] > labels.free_s[other] or labels.price[one] > labels.price[other] + DUST:
        return False
    if labels.rested[other] & ~labels.rested[one] or labels.load[one] > labels.load[other]:
        return False
    if labels.drive_s[one] > labels.drive_s[other]:
        return False
    if task.work_counts:
        more_s = labels.work_s[other] - labels.work_s[one]
        if more_s < 0 or labels.price[one] + task.undertime * more_s > labels.price[other] + DUST:
            return False
    for word in range(labels.memory.shape[1]):
        if every:
            if labels.memory[one, word] != labels.memory[other, word] or labels.memory[one, word] & task.linked[word]:
                return False
        elif labels.blocked[one, word] & ~labels.blocked[other, word]:
            return False
    return True


@compiled
def trace(labels: Labels, chosen: NDArray[np.int64], steps: NDArray[np.int32]) -> None:
    """Write what each chosen end's run does, in order: visits, and -1 - break. `UNREACHABLE` fills the row."""
    for row in range(len(chosen)):
        label, count = labels.ends[chosen[row]], 0
        while labels.before[label] != NOBODY:
            steps[row, count] = labels.via[label]
            label, count = labels.before[label], count + 1
        for k in range(count // 2):
            steps[row, k], steps[row, count - 1 - k] = steps[row, count - 1 - k], steps[row, k]
        for k in range(count, steps.shape[1]):
            steps[row, k] = UNREACHABLE
