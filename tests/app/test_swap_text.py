"""Tables of swaps on the command line: what would change a vote is in them, in providers' names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.cli.swap_text import print_sharing, print_swaps

if TYPE_CHECKING:
    import pytest

EFFECT = {
    "travel_min": -40.0,
    "miles": -20.0,
    "visits_placed": 1,
    "contact_hours": -0.5,
    "travelling_gbp": -36.21,
    "gbp": 167.78,
    "cost": -60,
}
FOUND: dict[str, Any] = {
    "id": "one",
    "safe": "Safe.",
    "more_visits": 2,
    "providers": [{"provider": "P04", "name": "Lorn Care"}, {"provider": "P05", "name": "Mull Care"}],
    "swaps": [
        {
            "made_of": [1],
            "kind": "one-way",
            "gives": [{"giver": "P05", "receiver": "P04", "hours": 1.25}],
            "people": 1,
            "gained_gbp": {"P04": 20.0, "P05": -2.13},
            "effect": EFFECT,
            "so_far": {**EFFECT, "gbp": 12.5},
            "continuity": {"all_carers": 54, "main_carer": -3, "one_of_many": 2},
            "why_here": "whoever stops here pays more",
            "estimated": False,
        }
    ],
    "sharing": {
        "cost_error_gbp": 50.95,
        "alone_gbp_a_day": {"P04": 60.0},
        "before_sharing": {"P04": 4.0},
        "chosen_rule": "proportional",
        "some_group_loses_gbp": 0.0,
        "rules": {
            "proportional": {
                "pays_gbp_a_day": {"P04": 50.0},
                "worse_off_by_gbp": {},
                "pairs_worse_off": [],
                "margin_gbp": 10.0,
            }
        },
    },
}


def test_what_would_change_a_vote_is_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Who gives, hours, both amounts of pounds, and how many people see other carers; the search's error beneath."""
    print_swaps(FOUND)
    said = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "Mull Care → Lorn Care (one-way) 1.25 -36.21 +17.87 +167.78 +12.50" in said
    assert "+54 / -3 / +2" in said
    assert "£50.95 a day and 2 visits placed" in said
    assert "Swap 1: whoever stops here pays more." in said


def test_a_rule_that_passes_within_the_error_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """The margin of £10 is smaller than what the search may miss."""
    print_sharing(FOUND["sharing"], {"P04": "Lorn Care"})
    said = capsys.readouterr().out
    assert "passed, but within the error of ±£50.95 (by £10.00)" in said
    assert "Lorn Care" in said
