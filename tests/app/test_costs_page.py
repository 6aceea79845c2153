"""The page on costs names every rate that the arithmetic reads."""

from __future__ import annotations

import re
from pathlib import Path

from app.services.cost_model import PARTS
from app.services.cost_rates import NAMES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "costs.md"


def test_every_rate_and_part_is_on_the_page() -> None:
    """Nobody has to read the code to know what a rate means."""
    named = set(re.findall(r"`([a-z_]+)`", PAGE.read_text(encoding="utf-8")))
    assert set(NAMES) <= named
    assert set(PARTS) <= named
