"""Writing a data set: reading it gives it back, and the bytes are always the same."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.dataset import (
    CarerRow,
    ClientRow,
    Dataset,
    PlaceRow,
    ProviderKind,
    ProviderRow,
    SailingRow,
    SailsAs,
    TimesStatus,
)
from app.services.read_dataset import read_dataset
from app.services.write_dataset import write_dataset
from tests.app.datasets import GOOD

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from("=+-@'\",;"), max_size=20)
NAME = TEXT.filter(bool)
NAMES = st.lists(NAME.filter(lambda name: ";" not in name), max_size=3, unique=True).map(tuple)
CODES = st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,9}", fullmatch=True), max_size=3, unique=True).map(tuple)
POSITION = {"lat": st.floats(49, 61.5), "lon": st.floats(-11, 2.5)}
SAILING = {
    "note": TEXT,
    "route": st.just(GOOD.sailings[0].route) | NAME,
    "times_status": st.sampled_from(TimesStatus),
    "valid_from": st.none() | st.dates(date(2000, 1, 1), date(2026, 1, 1)),
    "valid_to": st.none() | st.dates(date(2026, 1, 1), date(2199, 1, 1)),
    "service": TEXT,
    "bike": st.none() | st.booleans(),
    "foot_fare_pence": st.none() | st.integers(0, 100_000),
}


@st.composite
def data_sets(draw: st.DrawFn) -> Dataset:
    """Draw variations of the good data set that keep its rules."""
    drawn: dict[str, tuple[object, ...]] = {}
    for field, record, parts in (
        ("providers", ProviderRow, {"name": NAME, "kind": st.sampled_from(ProviderKind), "localities": NAMES}),
        ("carers", CarerRow, {**POSITION, "skills": CODES, "mode": st.sampled_from(["car", "bike", "foot"])}),
        ("clients", ClientRow, {**POSITION, "locality": NAME, "choice_locked": st.booleans()}),
        ("places", PlaceRow, {**POSITION, "name": NAME, "population": st.integers(0, 10**7)}),
        ("sailings", SailingRow, SAILING),
    ):
        rows = [replace(row, **draw(st.fixed_dictionaries(parts))) for row in getattr(GOOD, field)]
        assert all(isinstance(row, record) for row in rows)
        drawn[field] = tuple(rows)
    routes = st.sampled_from(["", *(str(getattr(row, "route", "")) for row in drawn["sailings"])])
    parts = {"route": routes, "sails_as": st.sampled_from(["usual", "sun"]).map(SailsAs), "note": TEXT}
    off = tuple(replace(row, **draw(st.fixed_dictionaries(parts))) for row in GOOD.exceptions)
    day = draw(st.just(GOOD.day) | st.dates())
    due = GOOD.visit_changes if day == GOOD.day else ()  # a visit of one day can change on that day only
    return replace(GOOD, day=day, visit_changes=due, exceptions=off, **drawn)


@given(data_sets())
@settings(max_examples=60, deadline=None)
def test_reading_what_was_written_gives_an_equal_data_set(dataset: Dataset) -> None:
    """Writing and reading are inverse, whatever the texts and numbers."""
    with tempfile.TemporaryDirectory() as folder:
        write_dataset(dataset, Path(folder))
        assert read_dataset(Path(folder)) == dataset


def test_the_bytes_are_always_the_same(tmp_path: Path) -> None:
    """Files are written in UTF-8 with LF, and a second time over the first gives the same bytes."""
    write_dataset(GOOD, tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_dataset(GOOD, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert first["allocation.csv"] == (
        b"client_id,provider_id,contract_id,valid_from,valid_to\nC1,P1,CT1,2025-05-12,\nC2,P2,,,\n"
    )
    assert "An t-Òban".encode() in first["places.csv"]
    assert not any(b"\r" in content for content in first.values())


def test_formulas_are_written_as_text(tmp_path: Path) -> None:
    """No cell begins with what a spreadsheet would run."""
    write_dataset(GOOD, tmp_path)
    assert (tmp_path / "sailings.csv").read_text().splitlines()[1].split(",")[12] == "'=by request"
