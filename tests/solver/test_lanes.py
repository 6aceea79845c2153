"""Tests of doing work in forked processes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

from solver.errors import SolverError
from solver.lanes import can_fork, in_lanes

Hear = Callable[[Any], None]
Question = Callable[[], bool]


def tell_process(say: Hear, stopped: Question) -> None:
    """Say in which process this is done."""
    say(os.getpid())


def wait_for_the_end(say: Hear, stopped: Question) -> None:
    """Go on until asked to stop."""
    say("begun")
    while not stopped():
        pass


def test_lanes_have_processes_of_their_own() -> None:
    """Two lanes speak from two processes, neither of them this one; a single lane from here."""
    heard: list[int] = []
    in_lanes([tell_process, tell_process], heard.append, lambda: False)
    assert len({*heard, os.getpid()}) == 3
    in_lanes([tell_process], heard.append, lambda: False)
    assert heard[-1] == os.getpid()


def test_the_wish_to_stop_reaches_every_lane() -> None:
    """Lanes without an end stop once the caller says so."""
    heard: list[str] = []
    in_lanes([wait_for_the_end, wait_for_the_end], heard.append, lambda: len(heard) == 2)
    assert heard == ["begun", "begun"]


def test_an_error_in_a_lane_is_told_with_its_words() -> None:
    """What goes wrong in a process of its own is raised here."""

    def fail(say: Hear, stopped: Question) -> None:
        raise ValueError("no such thing")

    with pytest.raises(SolverError, match="no such thing"):
        in_lanes([fail, tell_process], lambda _: None, lambda: False)


def test_a_crash_in_a_lane_is_an_error_and_not_a_wait() -> None:
    """A process that dies is told with its exit code."""

    def crash(say: Hear, stopped: Question) -> None:
        os._exit(7)

    with pytest.raises(SolverError, match="exit code 7"):
        in_lanes([crash, wait_for_the_end], lambda _: None, lambda: False)


def test_nothing_is_forked_beside_other_threads() -> None:
    """A process with a second thread may hold a lock for ever in its fork: it is not forked."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not can_fork()
    finally:
        done.set()
        thread.join()
