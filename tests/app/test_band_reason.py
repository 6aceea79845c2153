"""A zone outside its band says why, and blames a boundary only when it is to blame."""

from __future__ import annotations

import pytest

from app.services.band_reason import band_reasons
from app.services.propose_zones import work_map
from app.services.zone_locks import read_locks
from solver.zone_map import measured
from tests.app.areas import tiny_area

ISLE = [[-5.7, 56.3], [-5.51, 56.3], [-5.51, 56.5], [-5.7, 56.5], [-5.7, 56.3]]


def test_a_drawing_was_not_searched_for() -> None:
    """Zones drawn by hand are told by how much they miss their bands, not that none better were found."""
    where = work_map(tiny_area())
    plan = measured([[0, 1, 2]], where, usual=[(100.0, 110.0)] * 3)
    none = read_locks(tiny_area(), None)
    below = f"{100 - plan.load_h[0]:.1f} hours below its band"
    assert band_reasons(tiny_area(), plan, none, searched=False) == {0: f"{below}."}
    assert band_reasons(tiny_area(), plan, none)[0].startswith(f"{below}; no zones were found")


@pytest.mark.parametrize(("share", "blamed"), [(1.2, True), (0.4, False)])
def test_a_boundary_is_told_when_its_side_cannot_be_shared_out(share: float, *, blamed: bool) -> None:
    """The isle alone is no zone of more hours than it has, however it is cut; less than it has is another reason."""
    area = tiny_area()
    where = work_map(area)
    isle = area.small_areas.names.index("Baile Ur")
    isle_h = float(where.load_h[isle])
    band = (isle_h * share, isle_h * max(share, 0.6) * 1.5)
    mainland = [row for row in range(len(where.load_h)) if row != isle]
    locks = read_locks(area, {"boundaries": [{"type": "Polygon", "coordinates": [ISLE]}]})
    plan = measured([[isle], mainland], where, usual=[band] * len(where.load_h), locks=locks)
    reasons = band_reasons(area, plan, locks)
    if blamed:
        assert reasons[plan.zone_of_area[isle]].startswith(f"A drawn boundary leaves {isle_h:.1f} hours on this side")
        assert "boundary" not in band_reasons(area, plan, read_locks(area, None))[plan.zone_of_area[isle]]
    else:
        assert isle_h > band[1]
        assert reasons[plan.zone_of_area[isle]].startswith("One small area, Baile Ur")
