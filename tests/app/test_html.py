"""The report: four plans on one page that stands alone, runs nothing, and shows nobody."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest

from app.reports.comparison import TITLES, comparison_json
from app.reports.html import ROWS, comparison_page
from app.reports.map import zone_colour
from app.services.isolated import IsolatedPlace
from app.services.propose_zones import propose
from app.services.requests import ZoneRequest
from app.services.swap_order import SAFE
from tests.app.areas import tiny_area, tiny_comparison, tiny_dataset, tiny_zones

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
LOADING = {"src", "href", "srcset", "data", "action", "poster", "background", "xlink:href", "style"}
VOID = {"meta", "br", "img", "link", "input", "hr", "base"}


class Reader(HTMLParser):
    """Collects the tags, attributes and visible text of a page, and checks that what opens also closes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag with its attributes."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost open tag, which must be this one."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text.append(data)


@cache
def figures(attribution: str = "Attributed to nobody") -> dict[str, Any]:
    """Flatten the tiny area's comparison."""
    return comparison_json(tiny_comparison(), tiny_dataset(), attribution=attribution)


def _headline() -> dict[str, Any]:
    """Give the figures over the seeds."""
    headline: dict[str, Any] = figures()["headline"]["plans"]
    return headline


@cache
def page() -> str:
    """Write the tiny area's report."""
    return comparison_page(figures(), tiny_area(), tiny_zones(), synthetic=True)


@cache
def hostile_page() -> str:
    """Write the report of an area whose providers, settlements and credits are called like scripts."""
    area = tiny_area()
    dataset = replace(
        area.dataset,
        providers=tuple(replace(row, name=f"{HOSTILE}{row.provider_id}") for row in area.dataset.providers),
        places=tuple(replace(row, name=f"{HOSTILE}{row.place_id}") for row in area.dataset.places),
    )
    hostile = replace(area, dataset=dataset)
    found = {**figures(HOSTILE), "area": HOSTILE}
    found["plans"] = {letter: {**plan, "note": HOSTILE} for letter, plan in found["plans"].items()}
    return comparison_page(found, hostile, propose(hostile, ZoneRequest(n_zones=2, seed=3)), synthetic=False)


@pytest.fixture(params=["plain", "hostile"])
def read(request: pytest.FixtureRequest) -> Reader:
    """Read a report."""
    return Reader(page() if request.param == "plain" else hostile_page())


def test_the_page_is_well_formed(read: Reader) -> None:
    """Whatever things are called, every element that opens closes, in order."""
    assert read.open == []
    assert {"html", "head", "title", "main", "table", "svg"} <= set(read.tags)


def test_nothing_runs_and_nothing_loads(read: Reader) -> None:
    """No script, no handler, no frame, and no address from which a font, tile, image or style would be fetched."""
    assert (
        set(read.tags) & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image"} == set()
    )
    for tag, name, value in read.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in LOADING or (name == "style" and "url(" not in value), (tag, name, value)
    styles = "".join(re.findall(r"<style>(.*?)</style>", page(), flags=re.DOTALL))
    assert "url(" not in styles
    assert "@import" not in styles


def test_hostile_names_are_shown_as_text() -> None:
    """Providers, settlements, notes and credits appear as they are written, and as nothing else."""
    text = "".join(Reader(hostile_page()).text)
    for name in (f"{HOSTILE}P01", f"{HOSTILE}namara"):
        assert name in text
    assert text.count(HOSTILE) >= 10
    assert "<script>alert" not in hostile_page()


def test_the_four_plans_stand_side_by_side() -> None:
    """Each plan has a card and a column, and each figure of the table its row."""
    text = " ".join("".join(Reader(page()).text).split())
    for letter, title in TITLES.items():
        assert f"{letter} · {title}" in text
    for _, label, _ in ROWS:
        assert label in text
    assert "The four plans side by side: seed 3's plans" in text


def test_cards_and_bars_show_the_means_over_the_seeds() -> None:
    """A shows its one rota; B, C and D their means, in the card as in the bar."""
    found = figures()
    means = {letter: {name: figure["mean"] for name, figure in row.items()} for letter, row in _headline().items()}
    shown = {"A": found["plans"]["A"], **means}
    cards = re.findall(r'<section class="card (\w)">(.*?)</section>', page(), flags=re.DOTALL)
    assert [letter for letter, _ in cards] == list("ABCD")
    for letter, card in cards:
        plan = shown[letter]
        changing, people = plan["people_changing_provider"], found["plans"][letter]["people"]
        assert f"<b>{plan['travel_min_per_visit']:.1f} min</b>" in card
        assert f"<b>{changing:.0f} people ({100 * changing / people:.0f} %)</b>" in card
        assert f"{round(plan['visits_placed'], 1):g} of 50 visits placed" in card
    travel, left = re.findall(r'<svg class="chart".*?</svg>', page(), flags=re.DOTALL)[:2]
    values = [re.findall(r'class="value"[^>]*>([^<]+)<', chart) for chart in (travel, left)]
    assert values[0] == [f"{round(plan['travel_min_per_visit'], 1):g}" for plan in shown.values()]
    assert values[1] == [f"{round(50 - plan['visits_placed'], 1):g}" for plan in shown.values()]


def test_one_seed_has_no_spread() -> None:
    """No span, no whisker and no mean is told of where only one seed was searched."""
    one = Reader(comparison_page({**figures(), "seeds": [3]}, tiny_area(), None, synthetic=True))
    text = " ".join("".join(one.text).split())
    assert "seeds" not in text.replace("for seeds 3", "")
    assert "1 seed" not in text
    assert "Whiskers" not in text
    assert "Whiskers: least to greatest of 2 seeds." in page()


def test_a_zone_has_one_number_on_the_map_and_in_the_table() -> None:
    """Each row has its zone's number in the zone's colour, and its carers with those who drive in one cell."""
    swatches = re.findall(r'class="swatch" style="border-color:(#\w+)">(\d+)<', page())
    assert swatches == [(zone_colour(zone.number), str(zone.number)) for zone in tiny_zones().zones]
    assert re.findall(r'class="zone"[^>]*>(\d+)<', page()) == [number for _, number in swatches]
    for zone in tiny_zones().zones:
        assert f'<td class="n">{zone.carers} ({zone.carers_with_car} drive)</td>' in page()


def test_time_saved_is_not_sold_as_money_saved() -> None:
    """The page says that paid hours need not fall, and whose left-out visits A's are."""
    text = " ".join("".join(Reader(page()).text).split())
    assert "Time saved on the road does not lower paid hours by itself." in text
    assert "Visits that the recorded rota (A) does not make count as left out. In this synthetic area" in text
    assert "In this synthetic area" not in hostile_page()


def test_the_step_from_b_to_c_to_d_is_the_headline() -> None:
    """The change with its spread over the seeds comes before any plan."""
    text = " ".join("".join(Reader(page()).text).split())
    step = figures()["headline"]["steps"]["B to C"]["travel_per_visit_pct"]
    told = f"{step['mean']:+.1f} % travel for each visit ({step['least']:+.1f} to {step['greatest']:+.1f} over 2 seeds)"
    assert told in text
    assert text.index(told) < text.index("A · As recorded")


def test_a_replaced_plan_says_why() -> None:
    """When C is B, the card says so."""
    found = figures()
    noted = {**found, "plans": {**found["plans"], "C": {**found["plans"]["C"], "note": "it would not pay"}}}
    text = "".join(Reader(comparison_page(noted, tiny_area(), None, synthetic=True)).text)
    assert "Seed 3: replaced by the plan before: it would not pay." in text


def test_swaps_and_who_gains_are_told() -> None:
    """What is safe about the order, why a line stands where it does, and of each rule whom it fails and by how much."""
    found = deepcopy(figures())
    ledger = found["ledger"]
    providers = {row.provider_id: row.name for row in tiny_area().dataset.providers}
    one, other = sorted(providers)[:2]
    ledger["swaps"][0]["why_here"] = "comes before 2, which makes up for it"
    taker, giver = one, other
    effect = {**ledger["swaps"][0]["effect"], "travelling_gbp": -36.21, "gbp": 167.78}
    ledger["swaps"][0] |= {
        "kind": "one-way",
        "people": 1,
        "gained_gbp": {giver: 20.0, taker: -2.13},
        "gives": [{"giver": giver, "receiver": taker, "hours": 1.25}],
        "effect": effect,
        "continuity": {"all_carers": 54, "main_carer": -3, "one_of_many": 2},
        "so_far": {**effect, "gbp": 12.5},
    }
    ledger["sharing"]["cost_error_gbp"], ledger["more_visits"] = 50.95, 3
    ledger["sharing"]["rules"]["proportional"] |= {
        "worse_off_by_gbp": {}, "pairs_worse_off": [], "margin_gbp": 11.33
    }  # fmt: skip
    unfair = {"worse_off": [one], "worse_off_by_gbp": {one: 4.56}, "passes": False}
    unfair["pairs_worse_off"] = [{"pair": [one, other], "by_gbp": 7.89, "sure": False}]
    ledger["sharing"]["rules"]["Shapley"] |= unfair
    text = " ".join("".join(Reader(comparison_page(found, tiny_area(), None, synthetic=True)).text).split())
    for told in (
        SAFE,
        "comes before 2, which makes up for it",
        f"{providers[one]} by 4.56",
        f"{providers[giver]} → {providers[taker]} (one-way)",
        "+54 / -3 / +2",
        "-36.21+17.87+167.78+12.50",
        "passed, but within the error of ±£50.95 (by £11.33)",
        "may be to blame for: £50.95 a day and 3 visits placed",
        f"{providers[one]} and {providers[other]} by 7.89 (within the error)",
        f"In C {ledger['continuity']['all_carers']} people see only new carers on the day",
    ):
        assert told in text
    del found["ledger"]
    assert "Who gains" not in comparison_page(found, tiny_area(), None, synthetic=True)


def test_reasons_are_listed_with_what_would_help() -> None:
    """Each reason that leaves a visit out has a row with its counts; a page without any has no such table."""
    found = figures()
    left = {**found, "plans": {**found["plans"], "A": {**found["plans"]["A"], "unallocated": {"no-second-carer": 3}}}}
    text = "".join(Reader(comparison_page(left, tiny_area(), None, synthetic=True)).text)
    assert "no second carer" in text
    assert "Find a second carer for this time" in text


def test_synthetic_people_are_called_synthetic() -> None:
    """The banner stands on the demo's page only."""
    assert "Synthetic people." in page()
    assert "Synthetic people." not in hostile_page()


def test_sailings_say_how_sure_they_are() -> None:
    """The report prints how many rows are published and how many illustrative."""
    text = " ".join("".join(Reader(page()).text).split())
    assert "Sailings: 0 rows from published timetables, 2 illustrative." in text


def test_nobody_can_be_found_in_the_page() -> None:
    """No id of a client, visit, carer or shift, no position, and no mark on any map where somebody lives."""
    dataset = tiny_dataset()
    ids = [row.client_id for row in dataset.clients] + [row.carer_id for row in dataset.carers]
    ids += [row.visit_id for row in dataset.visits] + [row.shift_id for row in dataset.shifts]
    assert [name for name in ids if re.search(rf"\b{re.escape(name)}\b", page())] == []
    for row in (*dataset.clients, *dataset.carers):
        assert f"{row.lat:.3f}" not in page()
        assert f"{row.lon:.3f}" not in page()
    (area_map,) = re.findall(r'<svg class="map".*?</svg>', page(), flags=re.DOTALL)
    assert area_map.count("<circle") == area_map.count("<text") <= len(dataset.places) + len(tiny_zones().zones)


def test_counts_under_five_are_not_shown() -> None:
    """A zone of three people is said to have under five."""
    few = replace(tiny_zones(), zones=tuple(replace(zone, people=None) for zone in tiny_zones().zones))
    text = "".join(Reader(comparison_page(figures(), tiny_area(), few, synthetic=True)).text)
    assert text.count("under 5") == len(few.zones)


def test_without_a_curve_or_zones_the_page_is_whole() -> None:
    """Both are optional."""
    bare = Reader(comparison_page({**figures(), "curve": []}, tiny_area(), None, synthetic=True))
    assert bare.open == []
    assert "How much is gained by how many moves" not in "".join(bare.text)
    assert "How much is gained by how many moves" in "".join(Reader(page()).text)


def test_isolated_places_stand_in_a_table_for_planners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where several providers drive to two people, the page says who and what sharing saves, and not to publish it."""
    both = IsolatedPlace(
        name="Glen Liath",
        people=2,
        providers=("Isle Support", "Namara Home Care"),
        away_min=19,
        carers=5,
        runs=5,
        trips=6,
        reach_min=237,
        saved_min=96,
    )
    one = replace(both, name="Lone Farm", providers=("Isle Support",), away_min=None)
    monkeypatch.setattr("app.reports.html.isolated_places", lambda *_: [both, one])
    read = Reader(comparison_page(figures(), tiny_area(), None, synthetic=True))
    text = " ".join("".join(read.text).split())
    assert read.open == []
    assert "2 places of two or three people" in text
    assert "do not publish" in text
    assert "Glen Liath" in text
    assert "Isle Support, Namara Home Care" in text
    assert "Lone Farm" not in text


def test_areas_that_nothing_reaches_are_listed() -> None:
    """Without its boat the isle is named among the limits."""
    area = tiny_area()
    cut_off = replace(area, travel=replace(area.travel, departures=()))
    words = "Neither road nor boat leads to these small areas on the day"
    assert words in comparison_page(figures(), cut_off, None, synthetic=True)
    assert words not in page()
