"""Lines that are bent until they are as long as wanted."""

from __future__ import annotations

import numpy as np
import pytest

from geo.winding import STEP_M, length_m, moved, wind

HERE = (-5.4, 56.4)


@pytest.mark.parametrize("share", [1.001, 1.05, 1.3, 1.9])
def test_a_line_gets_the_wanted_length_and_keeps_its_ends(share: float) -> None:
    """From almost straight to twice as long, the geodesic length is the wanted one within a metre per kilometre."""
    there = moved(HERE, 4000, 3000)
    straight_m = length_m(np.array([HERE, there]))

    line = wind((HERE, there), straight_m * share, "A816")

    assert length_m(line) == pytest.approx(straight_m * share, rel=1e-3)
    assert tuple(line[0]) == pytest.approx(HERE)
    assert tuple(line[-1]) == pytest.approx(there, abs=1e-6)


def test_a_line_that_must_be_shorter_than_straight_is_straight() -> None:
    """A length that cannot be had gives the straight line, with its shape points."""
    there = moved(HERE, 5000, 0)

    line = wind((HERE, there), 1000.0, "B844")

    assert np.ptp(line[:, 1]) < 1e-6
    assert len(line) > 5000 / STEP_M


def test_a_line_passes_its_corners() -> None:
    """A bend that was typed stays where it was typed, about."""
    corner, there = moved(HERE, 3000, 2000), moved(HERE, 6000, 0)

    line = wind((HERE, corner, there), 7300.0, "A828")

    nearest_m = min(length_m(np.array([corner, point])) for point in line)
    assert nearest_m < 2 * STEP_M


def test_the_name_decides_the_bends() -> None:
    """The same name bends alike every time; another name bends otherwise."""
    there = moved(HERE, 6000, 2000)

    once, again, other = (wind((HERE, there), 8000.0, name) for name in ("A83", "A83", "A85"))

    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


def test_moving_north_and_east_is_metric() -> None:
    """A step of so many metres is so many metres long."""
    for east_m, north_m in ((1000.0, 0.0), (0.0, 1000.0), (600.0, -800.0)):
        assert length_m(np.array([HERE, moved(HERE, east_m, north_m)])) == pytest.approx(1000, rel=5e-3)
