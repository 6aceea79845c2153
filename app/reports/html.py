"""Writes the comparison as one HTML page that stands alone: no script, no font or tile from anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.reports.chart import bar_chart, curve_chart
from app.reports.map import area_map, zone_colour
from app.services.area_table import area_table
from app.services.choice_lock import is_choice_locked
from app.services.isolated import PLANNERS_ONLY, isolated_places
from app.services.swap_words import equal_hours_told, hours_given, noise_told, other_carers, verdict, who_gives
from solver.explain import ACTIONS
from solver.types import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from app.services.open_area import OpenArea
    from app.services.propose_zones import ZoneProposal

ROWS: tuple[tuple[str, str, str], ...] = (
    ("visits_placed", "Visits placed", ""),
    ("contact_hours", "Contact hours", "both carers of a double-handed visit count"),
    ("travel_hours", "Travel hours", "between visits, check-in and crossing included"),
    ("travel_min_per_visit", "Travel minutes for each visit", ""),
    ("travel_share", "Travel share of paid time", "rural studies: 18 to 26 %"),
    ("waiting_hours", "Waiting hours", "between visits, gaps of up to two hours"),
    ("paid_hours", "Paid hours", "contact, travel and waiting"),
    ("time_off_hours", "Time off", "hours in gaps of over two hours, not paid"),
    ("miles", "Miles between visits", "paid, by car"),
    ("commute_hours", "Commute hours", "from and to home, not paid"),
    ("runs", "Runs", ""),
    ("carers_per_client", "Carers for each client", "median over the day"),
    ("providers_per_occupied_area", "Providers in each occupied area", "mean over small areas"),
    ("people_changing_provider", "People who see another provider", ""),
    ("choice_locked_moved", "Choice-locked people moved", "must be 0"),
    ("breaches", "Breaches found by the checker", "must be 0 in B, C and D"),
)

MEANS = ("travel_min_per_visit", "visits_placed", "people_changing_provider")
"""What the cards show, as means over the seeds."""


def comparison_page(found: Mapping[str, Any], area: OpenArea, proposal: ZoneProposal | None, *, synthetic: bool) -> str:
    """Render the page from `comparison.comparison_json`, the area and its zones."""
    environment = Environment(
        loader=PackageLoader("app.reports", "templates"), autoescape=True, undefined=StrictUndefined
    )
    plans = found["plans"]
    visited = {visit.client_id for visit in area.dataset.visits}
    clients = [client for client in area.dataset.clients if client.client_id in visited]
    lonely = isolated_places(area.dataset, area.travel)
    words = (equal_hours_told, hours_given, noise_told, other_carers, verdict, who_gives)
    environment.globals.update({word.__name__: word for word in words})
    return environment.get_template("comparison.html").render(
        found=found,
        rows=ROWS,
        plans=plans,
        steps=found["headline"]["steps"],
        means={name: _means(found, name) for name in MEANS},
        travel_chart=_travel_chart(found),
        left_chart=_left_chart(found),
        curve=curve_chart(found["curve"]) if found["curve"] else None,
        map=area_map(area, proposal),
        zones=proposal.zones if proposal else (),
        proposal=proposal,
        zone_colour=zone_colour,
        reasons=_reasons(plans),
        providers={provider.provider_id: provider.name for provider in area.dataset.providers},
        floors={provider.provider_id: provider.floor_pct for provider in area.dataset.providers},
        locked=sum(is_choice_locked(client) for client in clients),
        people=len(clients),
        not_visited=len(area.dataset.clients) - len(clients),
        lonely=lonely,
        shared=[place for place in lonely if len(place.providers) > 1],
        planners_only=PLANNERS_ONLY,
        cut_off=[row.name for row in area_table(area) if not row.reached],
        synthetic=synthetic,
    )


def _travel_chart(found: Mapping[str, Any]) -> Markup:
    """Draw travel for each visit, as means over the seeds with their spread."""
    name = "travel_min_per_visit"
    return bar_chart(
        "Travel minutes for each visit", "minutes for each visit", _means(found, name), _spread(found, name)
    )


def _left_chart(found: Mapping[str, Any]) -> Markup:
    """Draw the visits that nobody makes, as means over the seeds with their spread."""
    visits = {letter: plan["visits"] for letter, plan in found["plans"].items()}
    placed, spread = _means(found, "visits_placed"), _spread(found, "visits_placed")
    return bar_chart(
        "Visits that nobody makes",
        "visits left out",
        {letter: visits[letter] - mean for letter, mean in placed.items()},
        {letter: (visits[letter] - high, visits[letter] - low) for letter, (low, high) in spread.items()},
    )


def _means(found: Mapping[str, Any], name: str) -> dict[str, float]:
    """Give a figure of each plan: the mean over the seeds, or A's own, which nobody searched for."""
    headline = found["headline"]["plans"]
    return {
        letter: headline[letter][name]["mean"] if letter in headline else plan[name]
        for letter, plan in found["plans"].items()
    }


def _spread(found: Mapping[str, Any], name: str) -> dict[str, tuple[float, float]]:
    """Give the least and greatest value over the seeds for each plan; one seed has no spread."""
    headline = found["headline"]["plans"] if len(found["seeds"]) > 1 else {}
    return {letter: (figures[name]["least"], figures[name]["greatest"]) for letter, figures in headline.items()}


def _reasons(plans: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List every reason that occurs, with its count in each plan and what to do about it."""
    return [
        {
            "reason": str(reason).replace("-", " "),
            "counts": {letter: plan["unallocated"].get(str(reason), 0) for letter, plan in plans.items()},
            "action": ACTIONS[reason],
        }
        for reason in Reason
        if any(str(reason) in plan["unallocated"] for plan in plans.values())
    ]
