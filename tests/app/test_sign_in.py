"""Signing in: with an identity provider or a link, in a cookie that other sites and thieves cannot make use of."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from oidc_provider_mock import User, run_server_in_thread
from pydantic import SecretStr
from sqlalchemy import select

from app.cli.access import first_links
from app.db.audit import every_entry
from app.db.engine import make_engine, reading, writing
from app.db.people import SignedIn, SignInLink, posts_of
from app.errors import NotFound, Unauthenticated
from app.security.members import Invitation, dismiss, invite
from app.security.roles import Role
from app.security.sessions import IDLE, LIFE, LINK_LIFE, make_link, recognise, sign_in, use_link
from tests.app.service import SMALL, serving, settings_in, store_small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi.testclient import TestClient
    from httpx2 import Response
    from sqlalchemy import Engine

    from app.config import Settings

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
SAME = {"Sec-Fetch-Site": "same-origin"}
COORDINATOR = Invitation(area=SMALL.area, role=Role.COORDINATOR, provider="P1", email="ceit@example.org")


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with the small area."""
    made = settings_in(tmp_path, remember_seconds=60)
    store_small(made)
    return made


def link_for(engine: Engine, wanted: Invitation = COORDINATOR) -> str:
    """Invite somebody without an identity provider, and give the path of their link."""
    with writing(engine) as session:
        return f"/sign-in/link/{invite(session, wanted, issuer=None).token}"


def follow(http: TestClient, path: str) -> Response:
    """Press the button of a link's page."""
    return http.post(path, headers=SAME, follow_redirects=False)


def test_a_link_signs_in_once(http: TestClient, sqlite_engine: Engine) -> None:
    """Looking at it does not use it up; pressing its button does, and gives a cookie that scripts cannot read."""
    path = link_for(sqlite_engine)
    for _ in range(2):
        page = http.get(path)
        assert page.status_code == 200
        assert f'action="{path}"' in page.text
        assert "unsafe" not in page.headers["Content-Security-Policy"]
    answer = follow(http, path)
    assert answer.status_code == 303
    given = answer.headers["Set-Cookie"].lower()
    assert "httponly" in given
    assert "samesite=lax" in given
    assert "secure" not in given
    who = http.get("/v1/session").json()
    assert (who["role"], who["provider"], who["area"]) == ("coordinator", "P1", SMALL.area)
    again = follow(http, path)
    assert (again.status_code, again.json()["code"]) == (403, "sign-in-failed")


def test_over_https_the_cookie_stays_there(settings: Settings, sqlite_engine: Engine) -> None:
    """It is bound to the host, and browsers are told to come back over HTTPS only."""
    path = link_for(sqlite_engine)
    with serving(settings) as http:
        http.base_url = "https://testserver"  # type: ignore[assignment]
        answer = follow(http, path)
    assert answer.headers["Set-Cookie"].startswith("__Host-rota_session=")
    assert "secure" in answer.headers["Set-Cookie"].lower()
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_links_and_browsers_expire(sqlite_engine: Engine, settings: Settings) -> None:
    """A link within a day; a browser after an hour of rest and after twelve in any case; to the second."""
    with writing(sqlite_engine) as session:
        person = invite(session, COORDINATOR, issuer=None, now=NOON).person
        late = make_link(session, person, now=NOON)
        with pytest.raises(NotFound):
            use_link(session, late, now=NOON + LINK_LIFE)
        assert use_link(session, late, now=NOON + LINK_LIFE - timedelta(seconds=1)) == person
        token = sign_in(session, person, now=NOON)
    with writing(sqlite_engine) as session:
        assert not recognise(session, token, now=NOON + timedelta(seconds=1)).stale
        assert recognise(session, token, now=NOON + IDLE - timedelta(seconds=1)).stale
        with pytest.raises(Unauthenticated):
            recognise(session, token, now=NOON + IDLE)
        session.scalars(select(SignedIn)).one().seen_at = NOON + LIFE - timedelta(seconds=2)
        session.flush()
        assert recognise(session, token, now=NOON + LIFE - timedelta(seconds=1))
        with pytest.raises(Unauthenticated):
            recognise(session, token, now=NOON + LIFE)


def test_tokens_are_not_stored(sqlite_engine: Engine, settings: Settings) -> None:
    """Of links and cookies only digests are in the database."""
    with writing(sqlite_engine) as session:
        made = invite(session, COORDINATOR, issuer=None)
        token = sign_in(session, made.person)
        stored = [row.sha256 for row in (*session.scalars(select(SignedIn)), *session.scalars(select(SignInLink)))]
    assert len(stored) == 2
    assert not {token, made.token} & set(stored)


def test_another_site_cannot_use_the_cookie(http: TestClient, sqlite_engine: Engine) -> None:
    """What changes something must say that it comes from our own pages, in one way or the other."""
    follow(http, link_for(sqlite_engine, Invitation(area=SMALL.area, role=Role.ADMIN)))
    asked = {"role": "auditor"}
    foreign: tuple[dict[str, str], ...] = (
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    )
    for headers in foreign:
        answer = http.post("/v1/keys", json=asked, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross-site"), headers
    for headers in (SAME, {"Origin": "http://testserver"}):
        assert http.post("/v1/keys", json=asked, headers=headers).status_code == 201
    assert http.post(link_for(sqlite_engine), follow_redirects=False).json()["code"] == "cross-site"


def test_signing_out_makes_the_cookie_worthless(http: TestClient, sqlite_engine: Engine) -> None:
    """Also where somebody has copied it."""
    follow(http, link_for(sqlite_engine))
    stolen = dict(http.cookies)
    assert http.delete("/v1/session", headers=SAME).status_code == 204
    assert http.get("/v1/session").status_code == 401
    http.cookies.update(stolen)
    assert http.get("/v1/session").status_code == 401


def test_who_is_dismissed_is_out_at_once(http: TestClient, sqlite_engine: Engine) -> None:
    """Their browser is signed out, and they hold no role."""
    follow(http, link_for(sqlite_engine))
    person = UUID(http.get("/v1/session").json()["actor"].removeprefix("person/"))
    with writing(sqlite_engine) as session:
        dismiss(session, person)
        assert posts_of(session, person) == []
    assert http.get("/v1/session").status_code == 401


def test_a_purpose_is_said_once_and_opens_rows(http: TestClient, settings: Settings, sqlite_engine: Engine) -> None:
    """A commissioner reads rows about people once they have said why; until they go on for none."""
    follow(http, link_for(sqlite_engine, Invitation(area=SMALL.area, role=Role.COMMISSIONER)))
    rota = "/v1/carers/K1/rota?day=2026-11-17"
    assert http.get(rota).json()["code"] == "purpose-needed"
    (post,) = http.get("/v1/session").json()["posts"]
    body = {"organisation": post["organisation"], "role": "commissioner", "purpose": "complaint/C-1042"}
    assert http.put("/v1/session", json=body, headers=SAME).status_code == 204
    assert http.get(rota).json()["code"] == "rota-not-found"
    assert http.get(rota, headers={"X-Purpose": "because I say so"}).status_code == 422
    assert http.put("/v1/session", json={**body, "role": "planner"}, headers=SAME).status_code == 404


def test_the_first_administrator_is_invited_once(settings: Settings, sqlite_engine: Engine) -> None:
    """At the first start with an area, and not where an identity provider knows the people."""
    ((area, address),) = first_links(settings)
    assert (area, address.rpartition("/")[0]) == (SMALL.area, "http://127.0.0.1:8000/sign-in/link")
    assert first_links(settings) == []
    with serving(settings) as http:
        follow(http, "/" + address.split("/", 3)[3])
        assert {post["role"] for post in http.get("/v1/session").json()["posts"]} == {"admin", "planner"}
    assert first_links(settings.model_copy(update={"oidc_issuer": "https://id.example.org"})) == []


@pytest.fixture
def provider() -> Iterator[str]:
    """Run an identity provider on this machine."""
    users = [
        User(sub="ceit-1", claims={"email": "Ceit@Example.org", "email_verified": True}),
        User(sub="mallory", claims={"email": "ceit@example.org", "email_verified": False}),
    ]
    with run_server_in_thread(user_claims=users) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def sign_in_as(http: TestClient, subject: str) -> Response:
    """Go to the identity provider, be recognised there, and come back."""
    import httpx2  # noqa: PLC0415 - the provider's own pages, not ours

    away = http.get("/sign-in", follow_redirects=False)
    assert away.status_code == 302
    with httpx2.Client() as browser:
        back = browser.post(away.headers["Location"], data={"sub": subject}).headers["Location"]
    return http.get(back.removeprefix("http://testserver"), follow_redirects=False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider for tests uses what its library deprecates
def test_people_sign_in_with_their_identity_provider(settings: Settings, sqlite_engine: Engine, provider: str) -> None:
    """Who was invited by e-mail is recognised by it once, and then by the subject; nobody else gets in."""
    more = {"oidc_issuer": provider, "oidc_client_id": "rota", "oidc_client_secret": SecretStr("x" * 40)}
    with writing(sqlite_engine) as session:
        person = invite(session, COORDINATOR, issuer=provider).person
    with serving(settings.model_copy(update=more)) as http:
        refused = sign_in_as(http, "mallory")
        assert (refused.status_code, refused.json()["code"]) == (403, "sign-in-failed")
        for _ in range(2):
            assert sign_in_as(http, "ceit-1").status_code == 303
            assert http.get("/v1/session").json()["actor"] == f"person/{person}"
        assert sign_in_as(http, "mallory").status_code == 403


def test_a_sign_in_that_we_did_not_begin_fails(settings: Settings, provider: str) -> None:
    """A state that is not in the signed cookie is nobody's, and too many tries are refused."""
    more = {"oidc_issuer": provider, "oidc_client_id": "rota", "max_failures_a_minute": 3}
    with serving(settings.model_copy(update=more)) as http:
        codes = [http.get("/sign-in/return?code=x&state=y").json()["code"] for _ in range(4)]
        assert codes == ["sign-in-failed"] * 3 + ["too-many-requests"]
        http.get("/sign-in", follow_redirects=False)
        assert re.match(r"[\w.-]+", http.cookies["rota_signing_in"])


def test_arrivals_are_taken_down(http: TestClient, sqlite_engine: Engine) -> None:
    """The audit knows who came, as an id."""
    follow(http, link_for(sqlite_engine))
    who = http.get("/v1/session").json()["actor"]
    engine = make_engine(str(sqlite_engine.url))
    with reading(engine) as session:
        entries = [(row.actor, row.action, row.role) for row in every_entry(session)]
    engine.dispose()
    assert entries[0] == (who, "sign in by link", "coordinator")
