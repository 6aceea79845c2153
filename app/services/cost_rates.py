"""What an hour, a mile and a contact hour cost: dated values with their sources, from files that anybody can edit.

The bundled file is `data/costs.toml`; a partnership's own file may add later dates, and values of single providers.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from app.errors import RatesUnreadable
from app.resources import bundled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

BUNDLED = "costs.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """All rates that one provider has on a day. Money is in pounds, mileage in pence, shares are 0 to 100."""

    pay_gbp_h: float
    national_living_wage_gbp_h: float
    employer_insurance_pct: float
    employer_insurance_above_gbp_year: float
    pension_pct: float
    holiday_pct: float
    absence_pct: float
    training_pct: float
    travel_paid_pct: float
    waiting_paid_pct: float
    mileage_first_pence: float
    mileage_after_pence: float
    mileage_first_miles: float
    mileage_bike_pence: float
    mileage_repaid_pct: float
    days_a_year: float
    overheads_gbp_contact_h: float
    margin_pct: float
    minimum_price_gbp_h: float

    def __post_init__(self) -> None:
        """Refuse what no cost can be worked out from. Raises RatesUnreadable."""
        if negative := [part.name for part in fields(self) if not getattr(self, part.name) >= 0]:
            raise RatesUnreadable(f"rates below zero: {', '.join(negative)}")
        if not self.days_a_year or not self.mileage_first_miles:
            raise RatesUnreadable("days_a_year and mileage_first_miles must be above zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRate:
    """One value, from a day on, for every provider or for one; `source` says where it is from."""

    name: str
    since: date
    value: float
    source: str
    provider: str | None = None


NAMES = frozenset(part.name for part in fields(Rates))


def read_rates(own: Path | None = None) -> tuple[DatedRate, ...]:
    """Read the bundled rates and then a partnership's own, which win on the same day. Raises RatesUnreadable."""
    found = _read(bundled(BUNDLED))
    return found if own is None else (*found, *_read(own))


def rates_on(
    dated: Sequence[DatedRate], day: date, providers: Iterable[str], *, pay_gbp_h: float | None = None
) -> dict[str, Rates]:
    """Give each provider's rates on a day; `pay_gbp_h` puts one benchmark of pay in the place of all.

    Raises RatesUnreadable for a rate that has no value yet on the day.
    """
    found = {}
    for provider in providers:
        values = _values(rate for rate in in_force(dated, day) if rate.provider in {None, provider})
        if pay_gbp_h is not None:
            values["pay_gbp_h"] = pay_gbp_h
        if missing := sorted(NAMES - values.keys()):
            raise RatesUnreadable(f"no value on {day.isoformat()} for {', '.join(missing)}")
        found[provider] = Rates(**values)
    return found


def in_force(dated: Sequence[DatedRate], day: date) -> list[DatedRate]:
    """List the rates that hold on a day, one for each name and provider, in the order of names."""
    latest: dict[tuple[str, str | None], DatedRate] = {}
    for rate in sorted((rate for rate in dated if rate.since <= day), key=lambda rate: rate.since):
        latest[rate.name, rate.provider] = rate
    return [latest[key] for key in sorted(latest, key=lambda key: (key[0], key[1] or ""))]


def _values(rates: Iterable[DatedRate]) -> dict[str, float]:
    """Take the value of each name, a provider's own before the general one."""
    return {rate.name: rate.value for rate in sorted(rates, key=lambda rate: rate.provider is not None)}


def _read(file: Path) -> tuple[DatedRate, ...]:
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))["value"]
        return tuple(_rate(row) for row in rows)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise RatesUnreadable(f"{file.name}: {error}") from error


def _rate(row: Mapping[str, Any]) -> DatedRate:
    if row["name"] not in NAMES:
        raise ValueError(f"there is no rate called {row['name']}")
    if type(row["from"]) is not date:
        raise ValueError(f"the date of {row['name']} is not a day")
    return DatedRate(
        name=row["name"],
        since=row["from"],
        value=float(row["value"]),
        source=str(row["source"]),
        provider=row.get("provider"),
    )
