"""Every operation of the HTTP interface, read from its own description, with requests that fill it in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.api.needs import endpoints, need_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from fastapi.testclient import TestClient
    from httpx2 import Response

SOME_UUID = "5c6c9d0e-93a8-4f5d-9f0e-0123456789ab"
SOME_DAY = "2026-11-17"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A method and an address with its blanks, what it takes, and what it needs (`app.api.needs`)."""

    method: str
    path: str
    described: Mapping[str, Any]
    schemas: Mapping[str, Any]
    need: str

    @property
    def blanks(self) -> list[str]:
        """List the names of the ids in the address."""
        return re.findall(r"{(\w+)}", self.path)

    def send(self, http: TestClient, ids: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Ask for it with some ids, and with the least that its parameters and its body must hold."""
        parameters = [each for each in self.described.get("parameters", ()) if each.get("required")]
        query = {each["name"]: self._example(each["schema"]) for each in parameters if each["in"] == "query"}
        filled = {name: ids.get(name) or self._blank(name) for name in self.blanks}
        body = self.described.get("requestBody", {}).get("content", {}).get("application/json")
        more: dict[str, Any] = {} if body is None else {"json": self._body(body)}
        return http.request(
            self.method, self.path.format(**filled), params=query, headers=headers, follow_redirects=False, **more
        )

    def _blank(self, name: str) -> str:
        (schema,) = (each["schema"] for each in self.described["parameters"] if each["name"] == name)
        return str(self._example(schema))

    def _body(self, media: Mapping[str, Any]) -> Any:
        if "examples" in media:
            return next(iter(media["examples"].values()))["value"]
        return self._example(media["schema"])

    def _example(self, schema: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one for each kind of schema
        """Make the simplest value that a schema takes."""
        if "$ref" in schema:
            return self._example(self.schemas[schema["$ref"].rpartition("/")[2]])
        for given in ("example", "const", "default"):
            if given in schema:
                return schema[given]
        for list_of in ("examples", "enum"):
            if schema.get(list_of):
                return schema[list_of][0]
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in schema:
                return self._example(schema[choice][0])
        if schema.get("type") == "object":
            return {name: self._example(schema["properties"][name]) for name in schema.get("required", ())}
        if schema.get("type") == "array":
            return [self._example(schema["items"])] * int(schema.get("minItems", 0))
        by_format = {"uuid": SOME_UUID, "date": SOME_DAY, "date-time": f"{SOME_DAY}T12:00:00Z"}
        by_type = {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": False}
        return by_format.get(schema.get("format", "")) or by_type.get(schema.get("type", ""), "X1")


def operations(app: FastAPI) -> list[Operation]:
    """List every operation that an application describes."""
    described = app.openapi()
    needs = {(method, route.path): need_of(route) for route in endpoints(app.routes) for method in route.methods}
    return [
        Operation(
            method=method.upper(),
            path=path,
            described=operation,
            schemas=described["components"]["schemas"],
            need=needs[method.upper(), path],
        )
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
