"""Dated rates: the right one on each day, a provider's own before the general, and nothing guessed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.errors import RatesUnreadable
from app.services.cost_rates import NAMES, in_force, rates_on, read_rates

if TYPE_CHECKING:
    from pathlib import Path


def own(folder: Path, text: str) -> Path:
    """Write a partnership's own file of rates."""
    file = folder / "own.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("day", "pence"), [(date(2026, 4, 5), 45), (date(2026, 4, 6), 55), (date(2027, 1, 1), 55)])
def test_a_rate_holds_from_its_day_on(day: date, pence: float) -> None:
    """The mileage rate changes on 6 April 2026 and not a day earlier."""
    assert rates_on(read_rates(), day, ["P01"])["P01"].mileage_first_pence == pence


def test_every_bundled_rate_has_a_source_and_a_place() -> None:
    """A figure without a source would be a guess; each name is one that the arithmetic reads."""
    rates = read_rates()
    assert {rate.name for rate in rates} == NAMES
    assert all(rate.source for rate in rates)


def test_a_provider_may_open_its_own_books(tmp_path: Path) -> None:
    """Its own value counts for it alone, even where the general one is later."""
    file = own(
        tmp_path, '[[value]]\nname = "pay_gbp_h"\nfrom = 2025-01-01\nvalue = 15\nprovider = "P02"\nsource = "x"\n'
    )
    rates = rates_on(read_rates(file), date(2026, 5, 1), ["P01", "P02"])
    assert (rates["P01"].pay_gbp_h, rates["P02"].pay_gbp_h) == (13.45, 15)


def test_a_benchmark_replaces_all_pay() -> None:
    """Asked "what if all paid so much", nobody keeps another rate."""
    rates = rates_on(read_rates(), date(2026, 5, 1), ["P01", "P02"], pay_gbp_h=14.2)
    assert {rate.pay_gbp_h for rate in rates.values()} == {14.2}


def test_before_the_first_value_there_is_none() -> None:
    """A day for which nobody has a rate is refused by the names that are missing."""
    with pytest.raises(RatesUnreadable, match="national_living_wage_gbp_h"):
        rates_on(read_rates(), date(2024, 6, 1), ["P01"])


@pytest.mark.parametrize(
    "text",
    [
        '[[value]]\nname = "tips"\nfrom = 2025-01-01\nvalue = 1\nsource = "x"\n',
        '[[value]]\nname = "pay_gbp_h"\nfrom = "soon"\nvalue = 1\nsource = "x"\n',
        '[[value]]\nname = "pay_gbp_h"\nfrom = 2025-01-01\nsource = "x"\n',
        "value = 3\n",
        "not toml",
    ],
)
def test_a_file_with_faults_is_refused(tmp_path: Path, text: str) -> None:
    """Unknown names, dates that are none, missing values and other files are told, not skipped."""
    with pytest.raises(RatesUnreadable, match=r"own\.toml"):
        read_rates(own(tmp_path, text))


def test_a_rate_below_zero_is_refused(tmp_path: Path) -> None:
    """A typing error must not become a saving."""
    file = own(tmp_path, '[[value]]\nname = "pay_gbp_h"\nfrom = 2026-01-01\nvalue = -3\nsource = "x"\n')
    with pytest.raises(RatesUnreadable, match="pay_gbp_h"):
        rates_on(read_rates(file), date(2026, 3, 1), ["P01"])


def test_rates_in_force_are_one_for_each_name() -> None:
    """What is shown beside the figures is what they were made with."""
    names = [rate.name for rate in in_force(read_rates(), date(2026, 5, 1))]
    assert names == sorted(NAMES)
