"""How the client talks to the service: with its key, understanding refusals, and not sent twice what it has."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_KEPT = 200
TIMEOUT_S = 30.0


class Refused(Exception):
    """The service refused: `code` and `action` say why and what to do, `faults` list what is wrong one by one."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", "unknown"))
        self.action = str(problem.get("action", ""))
        self.detail = str(problem.get("detail", ""))
        self.faults: list[dict[str, str]] = list(problem.get("faults", ()))
        self.correlation_id = problem.get("correlation_id")
        super().__init__(f"{self.code} ({status}): {self.detail or problem.get('title', '')} {self.action}".strip())


class Transport:
    """Sends requests with a key. Answers that have a tag are kept, and asked for again by it.

    `age_s` tells for the last answer how many seconds ago it was true for sure: more than 0 when the service answered
    from its copy, because its database was away.
    """

    def __init__(
        self,
        address: str,
        key: str | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        purpose: str | None = None,
        http: httpx2.Client | None = None,
    ) -> None:
        self._http = http or httpx2.Client(base_url=address, timeout=timeout_s)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        if purpose is not None:
            self._headers["X-Purpose"] = purpose
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self.age_s = 0

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
        content: bytes | None = None,
    ) -> bytes:
        """Send a request and give the body of the answer. Raises Refused, and what httpx2 raises without an answer."""
        asked = {name: _text(value) for name, value in (params or {}).items() if value is not None}
        request = self._http.build_request(
            method, path, params=asked, headers=self._all(headers, content), content=content
        )
        place = str(request.url)
        if method == "GET" and place in self._kept:
            request.headers["If-None-Match"] = self._kept[place][0]
        answer = self._http.send(request)
        self.age_s = int(answer.headers.get("age", "0"))
        if answer.status_code == httpx2.codes.NOT_MODIFIED:
            return self._kept[place][1]
        if answer.is_error:
            raise Refused(answer.status_code, _problem(answer))
        if method == "GET" and "etag" in answer.headers:
            self._keep(place, answer.headers["etag"], answer.content)
        return answer.content

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def _all(self, headers: Mapping[str, Any] | None, content: bytes | None) -> dict[str, str]:
        given = {name: _text(value) for name, value in (headers or {}).items() if value is not None}
        kind = {"Content-Type": "application/json"} if content is not None else {}
        return {**kind, **self._headers, **given}

    def _keep(self, place: str, tag: str, content: bytes) -> None:
        self._kept[place] = (tag, content)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _text(value: object) -> str:
    """Write a value as addresses and headers want it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _problem(answer: httpx2.Response) -> Mapping[str, Any]:
    """Give the problem document of an answer; a proxy's own words are none."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"title": answer.reason_phrase}
