"""Tests of the small changes that break a module on purpose."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.changes import changed, changes


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("late = a < b", {"late = a <= b"}),
        ("both = a and b", {"both = a", "both = b"}),
        ("free = not a", {"free = a"}),
        ("end = start + 60", {"end = start - 60", "end = start + 61"}),
        ("first = min(a, b)", {"first = max(a, b)"}),
        ("cost = price * s", {"cost = 0"}),
        ("day = a if b else c", {"day = a", "day = c"}),
        ("some = [a for a in b if a]", {"some = [a for a in b]"}),
        ("CHECKS = (one, two)", {"CHECKS = (two,)", "CHECKS = (one,)"}),
        ("bits |= rule", {"pass"}),
        ("windows[0] = early", {"windows[0] = early".replace("0", "1"), "pass"}),
        ("if late:\n    stop()", {"if False:\n    stop()", "if late:\n    pass"}),
    ],
)
def test_each_kind_of_change(source: str, expected: set[str]) -> None:
    """What a line becomes, one change at a time."""
    assert {ast.unparse(changed(source, number)) for number in range(len(changes(source)))} == expected


def test_a_breach_may_be_forgotten_or_miscounted() -> None:
    """A dropped breach leaves a check that finds nothing; a dropped amount is its default."""
    source = "def check(day):\n    yield breach(rule, message, amount=late_s)"
    assert [change.after for change in changes(source)] == ["yield from ()", "breach(rule, message)"]


def test_words_are_left_alone() -> None:
    """Docstrings, messages, annotations, defaults and decorators are not judged by tests."""
    source = '''
@rule(1)
def check(day: Day[1], limit=2) -> Plan[3]:
    """One + two."""
    message = f"{a + 1}"
'''
    assert changes(source) == []
