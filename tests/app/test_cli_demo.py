"""What `rota demo` and `rota compare` print of a comparison, and of how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.cli.demo import SHOWN, print_comparison
from app.cli.program import progress_bar
from app.reports.comparison import comparison_json
from solver.types import Progress
from tests.app.areas import tiny_comparison, tiny_dataset

if TYPE_CHECKING:
    import pytest


def _printed(capsys: pytest.CaptureFixture[str], **changes: Any) -> str:
    """Print the tiny area's comparison, changed, as one line."""
    found = comparison_json(tiny_comparison(), tiny_dataset(), attribution="nobody")
    print_comparison({**found, **changes})
    return " ".join(capsys.readouterr().out.split())


def test_several_seeds_have_a_spread(capsys: pytest.CaptureFixture[str]) -> None:
    """The change stands with its least and greatest value; the table says whose plans it shows."""
    text = _printed(capsys)
    assert text.count("over 2 seeds)") == 3
    assert "50 visits, seed 3's plans" in text
    assert all(label in text for _, label in SHOWN)


def test_one_seed_has_no_spread(capsys: pytest.CaptureFixture[str]) -> None:
    """A span of one value is no span."""
    text = _printed(capsys, seeds=[3])
    assert "B to C: travel for each visit" in text
    assert "over 1 seed" not in text
    assert " to +" not in text
    assert "(" not in text.split("B to C:")[1]


def test_where_nobody_watches_progress_is_told_in_a_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Each step once, and each quarter of it, however often it is reported; nothing at all when quiet."""
    for quiet in (False, True):
        with progress_bar(quiet=quiet) as show:
            for phase, n in (("roads", 1), ("search", 101), ("roads", 1)):
                for done in range(n):
                    show(Progress(phase=phase, done=done / 100, cost=1.0, unallocated=0))
    told = "roads\nsearch\nsearch 25 %\nsearch 50 %\nsearch 75 %\nsearch 100 %\n"
    assert capsys.readouterr().err == told
