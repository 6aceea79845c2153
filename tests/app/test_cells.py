"""Cells: each kind reads what it should, refuses the rest, and gives every value back after writing it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.datafiles import cells
from app.dataset import ProviderKind

if TYPE_CHECKING:
    from app.datafiles.cells import Kind

COUNT = cells.whole(1, 60)
WORD = cells.one_of(ProviderKind)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (cells.ID, "C-0001.a:2", "C-0001.a:2"),
        (cells.NAME, "An t-Òban", "An t-Òban"),
        (cells.TEXT, "", ""),
        (cells.TEXT, "=HYPERLINK(1)", "=HYPERLINK(1)"),
        (cells.TEXT, "'=1+1", "=1+1"),
        (cells.TEXT, "'quoted'", "'quoted'"),
        (cells.TIME, "7:05", 25_500),
        (cells.TIME, "24:00", 86_400),
        (cells.TIME, "30:00", 108_000),
        (cells.TIME, "08:05:20", 29_120),
        (COUNT, "60", 60),
        (cells.LATITUDE, "-90", -90.0),
        (cells.LATITUDE, "5.6e1", 56.0),
        (cells.FLAG, "TRUE", True),
        (cells.FLAG, "no", False),
        (WORD, "Third_Sector", ProviderKind.THIRD_SECTOR),
        (cells.CODES, "", ()),
        (cells.CODES, "hoist; medication;", ("hoist", "medication")),
        (cells.NAMES, "Bute and Cowal;Mid Argyll", ("Bute and Cowal", "Mid Argyll")),
        (cells.DAYS, "Mon;Sun", ("Mon", "Sun")),
        (cells.DATE, "2028-02-29", date(2028, 2, 29)),
        (cells.optional(cells.DATE), "", None),
        (cells.optional(cells.FLAG), "yes", True),
    ],
)
def test_good_cells_are_read(kind: Kind, text: str, value: object) -> None:
    """A text of its kind becomes the value that it stands for."""
    assert kind.parse(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (cells.ID, ""),
        (cells.ID, "=cmd"),
        (cells.ID, "Mary Smith"),
        (cells.ID, "x" * 65),
        (cells.NAME, ""),
        (cells.NAME, "x" * 201),
        (cells.TEXT, "two\nlines"),
        (cells.DATE, "2027-02-29"),
        (cells.DATE, "20270228"),
        (cells.DATE, "2027-W08-7"),
        (cells.DATE, ""),
        (cells.optional(COUNT), "0"),
        (cells.TIME, "24.00"),
        (cells.TIME, "30:01"),
        (cells.TIME, "07:60"),
        (cells.TIME, "-1:00"),
        (cells.TIME, ""),
        (COUNT, "0"),
        (COUNT, "61"),
        (COUNT, "1.0"),
        (COUNT, "\u0661"),
        (COUNT, "9" * 5000),
        (cells.LATITUDE, "90.1"),
        (cells.LATITUDE, "nan"),
        (cells.LATITUDE, "inf"),
        (cells.LATITUDE, "56,4"),
        (cells.LONGITUDE, "5° W"),
        (cells.FLAG, "maybe"),
        (WORD, "charity"),
        (cells.CODES, "hoist;hoist"),
        (cells.CODES, "two words"),
        (cells.DAYS, "Monday"),
    ],
)
def test_bad_cells_are_refused(kind: Kind, text: str) -> None:
    """A text that is not of its kind is refused."""
    with pytest.raises(cells.NotOfThisKind):
        kind.parse(text)


LINE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters=";"), min_size=1)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (cells.TEXT, LINE),
        (cells.TEXT, st.text("'=+-@a", max_size=6)),
        (cells.TIME, st.integers(0, 108_000)),
        (cells.LONGITUDE, st.floats(-180, 180)),
        (cells.FLAG, st.booleans()),
        (WORD, st.sampled_from(ProviderKind)),
        (cells.NAMES, st.lists(PLAIN, unique=True).map(tuple)),
        (cells.NAMES, st.lists(st.text("'=+-@a", min_size=1, max_size=4), unique=True).map(tuple)),
    ],
)
def test_writing_then_reading_gives_the_value_back(kind: Kind, values: st.SearchStrategy[object]) -> None:
    """Whatever the value, what is written reads as the same value."""

    @given(values)
    def round_trip(value: object) -> None:
        assert kind.parse(kind.write(value)) == value

    round_trip()


def test_no_written_text_is_a_formula() -> None:
    """A text that a spreadsheet would run gets an apostrophe."""
    assert [cells.TEXT.write(text)[0] for text in ("=1", "+1", "-1", "@x")] == ["'"] * 4
    assert cells.NAMES.write(("=1", "x")) == "'=1;x"
