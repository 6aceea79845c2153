"""Proposals over HTTP: each role its part, nobody another's people, and the way from draft to adoption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.db.audit import list_entries
from app.db.consents import Answer
from app.db.engine import make_engine, reading, writing
from app.db.optimisations import get_optimisation
from app.security.api_keys import create_key
from app.security.roles import Role
from app.services.see_proposal import PEOPLE_HIDDEN
from tests.app.proposed import AREA, WHO, moves, say, store_comparison
from tests.app.service import IdleJobs, serving, settings_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from fastapi.testclient import TestClient
    from httpx2 import Response
    from sqlalchemy import Engine

PURPOSE = "care-planning"
TITLE = {"title": "Two providers, one road", "budget_pct": 50}


class Alliance:
    """A service over the tiny area, with a key for each who takes part."""

    def __init__(self, http: TestClient, jobs: IdleJobs, engine: Engine, comparison: UUID) -> None:
        self.http, self.jobs, self.engine, self.comparison = http, jobs, engine, comparison
        with writing(engine) as session:
            self.keys = {
                "planner": create_key(session, AREA, provider=None, days=1, role=Role.PLANNER),
                "commissioner": create_key(session, AREA, provider=None, days=1, role=Role.COMMISSIONER),
                "auditor": create_key(session, AREA, provider=None, days=1, role=Role.AUDITOR),
                "feed": create_key(session, AREA, provider=WHO[0], days=1, role=Role.CARER_FEED),
                **{name: create_key(session, AREA, provider=name, days=1) for name in ("P01", *WHO)},
            }

    def __call__(
        self, who: str, method: str, path: str, body: Any = None, *, status: int = 200, purpose: str = PURPOSE
    ) -> Any:
        """Send a request with somebody's key, and give the body of the answer."""
        headers = {"Authorization": f"Bearer {self.keys[who]}"} | ({"X-Purpose": purpose} if purpose else {})
        answer = self.http.request(method, f"/v1{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def csv(self, who: str, method: str, path: str, content: str | None = None) -> Response:
        """Send a file, or ask for one, with a coordinator's key."""
        headers = {"Authorization": f"Bearer {self.keys[who]}", "Content-Type": "text/csv"}
        return self.http.request(method, f"/v1{path}", content=content, headers=headers)

    def drafted(self) -> str:
        """Draft a proposal and give its path."""
        return f"/proposals/{self('planner', 'POST', '/proposals', TITLE, status=201)['id']}"

    def shared(self) -> str:
        """Draft and share a proposal, and give its path."""
        path = self.drafted()
        self("planner", "POST", f"{path}/steps", {"to": "shared"})
        return path


@pytest.fixture
def alliance(sqlite_engine: Engine, tmp_path: Path) -> Iterator[Alliance]:
    """Serve over the tiny area with a stored comparison."""
    settings = settings_in(tmp_path)
    with writing(sqlite_engine) as session:
        comparison = store_comparison(session)
    jobs = IdleJobs()
    engine = make_engine(settings.database_url)
    with serving(settings, jobs) as http:
        yield Alliance(http, jobs, engine, comparison)
    engine.dispose()


def test_from_draft_to_adoption(alliance: Alliance) -> None:
    """Planner, both providers and commissioner each do their part; every act is in the audit."""
    path = alliance.shared()
    other = alliance("P01", "POST", f"{path}/votes", {"choice": "endorse"}, status=403)
    assert other["code"] == "vote-refused"
    for provider in WHO:
        alliance(provider, "POST", f"{path}/votes", {"choice": "endorse", "comment": "yes"}, status=204)
    adopted = alliance("commissioner", "POST", f"{path}/steps", {"to": "adopted", "note": "board"})
    assert adopted["status"] == "adopted"
    read = alliance("commissioner", "GET", path)
    assert [step["status"] for step in read["steps"]] == ["draft", "shared", "adopted"]
    assert read["standing"]["endorsed"] == list(WHO)
    with reading(alliance.engine) as session:
        actions = [entry.action for entry in list_entries(session, AREA) if entry.action.startswith("POST")]
    steps, votes = ("POST /v1/proposals/{proposal_id}/" + name for name in ("steps", "votes"))
    assert actions == ["POST /v1/proposals", steps, votes, votes, steps]


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("commissioner", "POST", "", TITLE),
        (WHO[0], "POST", "", TITLE),
        ("planner", "POST", "/steps", {"to": "adopted"}),
        (WHO[0], "POST", "/steps", {"to": "withdrawn"}),
        ("planner", "POST", "/votes", {"choice": "endorse"}),
        ("commissioner", "POST", "/versions", {"why": "because"}),
        (WHO[0], "POST", "/comparisons", None),
        ("auditor", "PUT", "/impact/people", {"text": "x"}),
        (WHO[0], "POST", "/waves/1/judgement", {"before": {}, "after": {}}),
    ],
)
def test_each_role_has_its_part(alliance: Alliance, who: str, method: str, path: str, body: Any) -> None:
    """Planners propose, providers vote, commissioners adopt: nobody does another's part."""
    rotas = {"travel_min_per_visit": 6.0, "visits_left_out": 0, "hours_by_provider": {}}
    body = {"before": rotas, "after": rotas} if "judgement" in path else body
    base = "/proposals" if body == TITLE else alliance.shared()
    alliance(who, method, f"{base}{path}", body, status=403)


def test_a_draft_is_the_partnerships_own(alliance: Alliance) -> None:
    """Providers see a proposal once it is shared; a feed never does."""
    path = alliance.drafted()
    assert alliance(WHO[0], "GET", "/proposals") == []
    alliance(WHO[0], "GET", path, status=404)
    alliance("planner", "POST", f"{path}/steps", {"to": "shared"})
    assert len(alliance(WHO[0], "GET", "/proposals")) == 1
    alliance("feed", "GET", path, status=403)


def test_people_are_seen_by_their_providers(alliance: Alliance) -> None:
    """Who moves is shown to who serves them today, and to the partnership for a purpose; others see how many."""
    path = alliance.shared()
    everybody = {row.client_id for row in moves()}
    given = {row.client_id for row in moves() if row.giver == WHO[0]}
    for who, purpose, clients in (
        (WHO[0], "", given),
        ("P01", "", set()),
        ("planner", "", set()),
        ("planner", PURPOSE, everybody),
    ):
        found = alliance(who, "GET", path, purpose=purpose)
        assert {row["client"] for row in found["moves"]} == clients
        assert found["people"]["moving"] == len(everybody)
        if not clients:
            assert not any(f'"{client}"' in str(found).replace("'", '"') for client in everybody)


def test_costs_are_seen_by_whose_they_are(alliance: Alliance) -> None:
    """A coordinator sees own costs, sums of all and others' gains; who said what is the whole alliance's."""
    path = alliance.shared()
    alliance(WHO[1], "POST", f"{path}/votes", {"choice": "comment", "comment": "far in winter"}, status=204)
    own, whole = (alliance(who, "GET", path, purpose="") for who in (WHO[0], "planner"))
    assert whole["sharing"]["alone_gbp_a_day"] == {WHO[0]: 60.0, WHO[1]: 30.0}
    assert own["sharing"]["alone_gbp_a_day"] == {WHO[0]: 60.0}
    assert own["sharing"]["alone_of_all_gbp_a_day"] == 90.0
    for name, rule in own["sharing"]["rules"].items():
        assert set(rule["pays_gbp_a_day"]) == {WHO[0]}
        assert sum(rule["gains_gbp_a_day"].values()) == pytest.approx(15.0, abs=0.02)
        assert whole["sharing"]["rules"][name]["pays_gbp_a_day"][WHO[1]] > 0
    assert all(set(swap["effects"]) == {WHO[0]} for swap in own["swaps"])
    assert [vote["comment"] for vote in own["votes"]] == ["far in winter"]
    assert alliance("planner", "GET", path, purpose="")["tupe"]["hidden"] == PEOPLE_HIDDEN
    assert "hidden" not in own["tupe"]
    assert "hidden" not in alliance("planner", "GET", path)["tupe"]


def test_a_declined_swap_leaves_and_the_plan_is_computed_around_it(alliance: Alliance) -> None:
    """A new version is without it; the comparison asked for names nobody in what is queued."""
    path = alliance.shared()
    alliance(WHO[1], "POST", f"{path}/votes", {"choice": "decline", "swap": 1}, status=204)
    asked = alliance("planner", "POST", f"{path}/comparisons", status=202)
    assert alliance.jobs.queued[-1] == type(alliance.comparison)(asked["optimisation"])
    assert asked["staying"] >= 2
    with reading(alliance.engine) as session:
        request = get_optimisation(session, alliance.jobs.queued[-1]).request
    assert request["proposal"] == path.split("/")[-1]
    assert not any(f"'{row.client_id}'" in str(request) for row in moves())
    alliance("planner", "POST", f"{path}/versions", {"why": "without swap 1", "without": [1]})
    found = alliance("planner", "GET", path)
    assert (found["version"], [swap["number"] for swap in found["swaps"]]) == (2, [2, 3])
    assert len(alliance("planner", "GET", f"{path}?version=1")["swaps"]) == 3


def test_a_wave_is_judged(alliance: Alliance) -> None:
    """The documented example works, figures that leave somebody out do not; who judged is on record, and binds."""
    path = alliance.shared()
    url = f"{path}/waves/1/judgement"
    documented = alliance.http.get("/openapi.json").json()["paths"][
        "/v1/proposals/{proposal_id}/waves/{wave}/judgement"
    ]
    content = documented["post"]["requestBody"]["content"]["application/json"]
    given = content["examples"]["as given"]["value"]
    alliance("planner", "POST", url, given, status=409)
    for provider in WHO:
        alliance(provider, "POST", f"{path}/votes", {"choice": "endorse"}, status=204)
    for step in ("adopted", "transition"):
        alliance("commissioner", "POST", f"{path}/steps", {"to": step})
    found = alliance("planner", "POST", url, given)
    assert (found["go_on"], found["reasons"]) == (True, [])
    assert found["promised_travel_min_per_visit"] < given["before"]["travel_min_per_visit"]
    assert alliance("planner", "POST", url, {**given, "people_going_back": 1})["reasons"]
    short = {**given, "after": {**given["after"], "hours_by_provider": {"P01": 101.5}}}
    refused = alliance("planner", "POST", url, short, status=422)
    assert (refused["code"], "after lacks P02, P03" in refused["detail"]) == ("figures-unusable", True)
    assert alliance("planner", "POST", url, {}, status=409)["code"] == "nothing-published"
    worse = {**given["after"], "visits_left_out": 4}
    assert alliance("commissioner", "POST", url, {**given, "after": worse})["go_on"] is False
    alliance("planner", "POST", f"{path}/waves/99/judgement", given, status=404)
    missing = alliance("planner", "POST", f"{path}/steps", {"to": "complete"}, status=409)
    assert (missing["code"], "wave 1" in missing["detail"]) == ("waves-unjudged", True)
    (wave,) = alliance("planner", "GET", path)["transition"]
    assert [said["go_on"] for said in wave["judgements"]] == [True, False, False]
    assert wave["judgements"][0]["by"] == found["judged_by"] != wave["judgements"][2]["by"]


def test_texts_are_written_in_a_draft(alliance: Alliance) -> None:
    """The figures stay; once shared the text is final."""
    path = alliance.drafted()
    alliance("planner", "PUT", f"{path}/impact/market", {"text": "Two remain everywhere."}, status=204)
    assert alliance("planner", "GET", path)["impact"]["market"]["text"] == "Two remain everywhere."
    alliance("planner", "PUT", f"{path}/impact/beauty", {"text": "x"}, status=422)
    alliance("planner", "POST", f"{path}/steps", {"to": "shared"})
    alliance("planner", "PUT", f"{path}/impact/market", {"text": "x"}, status=409)


def test_a_withdrawn_consent_is_effective_at_once(alliance: Alliance) -> None:
    """A provider's own coordinator writes the answer down; the shared proposal has a new version."""
    path, client = alliance.drafted(), moves()[0].client_id
    alliance("commissioner", "POST", f"{path}/steps", {"to": "shared"})
    left = alliance(WHO[0], "PUT", f"/consents/{client}", {"answer": str(Answer.NO)})
    assert [f"/proposals/{name}" for name in left["proposals"]] == [path]
    assert client not in {row["client"] for row in alliance(WHO[0], "GET", path)["moves"]}
    alliance(WHO[1], "PUT", f"/consents/{client}", {"answer": "asked"}, status=404)
    alliance("auditor", "PUT", f"/consents/{client}", {"answer": "asked"}, status=403)
    alliance("planner", "PUT", "/consents/nobody", {"answer": "asked"}, status=404)
    read = alliance("planner", "GET", path)
    assert (read["version"], read["version_by"], read["proposed_by"] != read["caused_by"]) == (2, "service", True)
    for provider in WHO:
        alliance(provider, "POST", f"{path}/votes", {"choice": "endorse"}, status=204)
    refused = alliance("commissioner", "POST", f"{path}/steps", {"to": "adopted"}, status=403)
    assert refused["code"] == "own-proposal"


def test_the_ask_list_goes_out_and_comes_back(alliance: Alliance) -> None:
    """As JSON or as a file, to a coordinator its own people only; the file comes back, tried first, then taken down."""
    with writing(alliance.engine) as session:
        for row in moves():
            say(session, row.client_id, Answer.HAPPY_TO_BE_ASKED, minutes=5)
    everybody = {row.client_id: row.giver for row in moves()}
    listed = alliance("planner", "GET", "/consents/ask-list")
    assert {row["client"]: row["provider"] for row in listed["people"]} == everybody
    assert listed["optimisation"] == str(alliance.comparison)
    own = {client for client, giver in everybody.items() if giver == WHO[0]}
    for path in ("/consents/ask-list", f"/consents/ask-list?provider={WHO[1]}"):
        assert {row["client"] for row in alliance(WHO[0], "GET", path)["people"]} == own
    alliance("planner", "GET", "/consents/ask-list?provider=P99", status=404)
    alliance("planner", "GET", "/consents/ask-list", status=403, purpose="")
    alliance("commissioner", "GET", "/consents/ask-list", status=403)
    sheet = alliance.csv(WHO[0], "GET", "/consents/ask-list?format=csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    filled = sheet.text.replace(",,", ",asked,", 1)
    tried, done = (alliance.csv(WHO[0], "POST", f"/consents?dry_run={dry}", filled).json() for dry in ("true", "false"))
    assert tried == {"answers": 1, "unanswered": len(own) - 1, "proposals": [], "stored": False}
    assert done == {**tried, "stored": True}
    assert len(alliance(WHO[0], "GET", "/consents/ask-list")["people"]) == len(own) - 1
    refused = alliance.csv(WHO[1], "POST", "/consents", filled)
    assert (refused.status_code, refused.json()["code"]) == (422, "answers-rejected")
    with reading(alliance.engine) as session:
        found = {entry.action for entry in list_entries(session, AREA)}
    assert {"GET /v1/consents/ask-list", "POST /v1/consents"} <= found


def test_a_protection_is_set_and_lifted(alliance: Alliance) -> None:
    """It takes somebody out of every open proposal, and lifting what is not there is not found."""
    path, client = alliance.shared(), moves()[1].client_id
    left = alliance("planner", "PUT", f"/consents/{client}/protection", {"ground": "end of life"})
    assert [f"/proposals/{name}" for name in left["proposals"]] == [path]
    alliance("planner", "DELETE", f"/consents/{client}/protection", status=204)
    alliance("planner", "DELETE", f"/consents/{client}/protection", status=404)


def test_another_areas_key_finds_nothing(alliance: Alliance) -> None:
    """A proposal of another area does not exist for a caller."""
    alliance("planner", "GET", "/proposals/00000000-0000-0000-0000-000000000000", status=404)
    alliance(
        "planner", "POST", "/proposals",
        {**TITLE, "optimisation": "00000000-0000-0000-0000-000000000000"}, status=404,
    )  # fmt: skip
