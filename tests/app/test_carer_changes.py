"""Changes of carers: of three kinds, and of each person one."""

from __future__ import annotations

from collections import Counter

import pytest

from app.services.carer_changes import Continuity, carer_changes


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        ({"anna": 2, "ben": 1}, {"anna": 2, "ben": 1}, None),
        ({"anna": 2, "ben": 1}, {"cat": 3}, "all_carers"),
        ({"anna": 2, "ben": 1}, {"ben": 2, "cat": 1}, "main_carer"),
        ({"anna": 2, "ben": 1}, {"anna": 2, "cat": 1}, "one_of_many"),
        ({"anna": 2}, {}, None),
    ],
)
def test_changes_of_carers_are_of_three_kinds(was: dict[str, int], now: dict[str, int], kind: str | None) -> None:
    """All carers new, the main one gone, or one of several; who is not visited any more is counted elsewhere."""
    found = carer_changes({"c": Counter(was)}, {"c": Counter(now)})
    assert found == (Continuity(**{kind: 1}) if kind else Continuity())


def test_differences_add_up() -> None:
    """A swap that brings a carer back has one person fewer; with the swap before it nothing has changed."""
    there = Continuity(all_carers=1)
    back = Continuity() - there
    assert back.all_carers == -1
    assert there + back == Continuity()
