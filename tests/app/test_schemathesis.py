"""The whole interface against its own description: nothing that is sent makes it answer otherwise than it says."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.main import create_app
from app.services.editor import Editor
from tests.app.service import IdleJobs, bearer, logging_as_before, settings_in
from tests.app.stored_rotas import DAY, store_plans

if TYPE_CHECKING:
    from pathlib import Path

    from schemathesis import Case
    from sqlalchemy import Engine

SEED = 20261122
EXAMPLES = 6
CONFIG = {"generation": {"allow-extra-parameters": False, "with-security-parameters": False}}
STREAM = "text/event-stream"
FILES = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv")
KNOWN = {"provider_id": "P1", "carer_id": "K1", "client_id": "C1", "day": DAY}
"""Ids that are there: half of the requests use them, so that more than a refusal is seen."""


@schemathesis.serializer(*FILES)
def _as_bytes(_context: object, value: object) -> bytes:
    """Send what was made up in place of a file as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


def test_the_interface_does_what_it_says(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Well-formed and malformed requests to every operation: no crash, and no answer that is not described."""
    made = settings_in(tmp_path, max_failures_a_minute=1_000_000, max_requests_a_minute=1_000_000)
    store_plans(sqlite_engine)
    with logging_as_before():
        app = create_app(made, jobs=IdleJobs())
        app.state.editor = Editor(made.database_url, made.data_dir, inline=True)
        schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
        tried = 0
        for found in schema.get_all_operations():
            operation = found.ok()
            if STREAM not in str(operation.definition.raw["responses"]):
                key = bearer(made, "P1" if tried % 2 else None)
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    _try(operation, mode, key)
                tried += 1
    assert tried >= 20


def _try(operation: Any, mode: GenerationMode, key: dict[str, str]) -> None:
    """Send a fixed set of requests to one operation, and hold each answer against the description."""
    given_headers = None
    if mode is GenerationMode.NEGATIVE:  # on the way HTTP mends some headers that were made wrong
        given_headers = {
            each.name: key.get(each.name, f"{each.name} of {operation.label}") for each in operation.headers
        }
    strategy = operation.as_strategy(generation_mode=mode, headers=given_headers)
    number = 0

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def send(case: Case) -> None:
        nonlocal number
        number += 1
        if mode is GenerationMode.POSITIVE and number % 2:
            case.path_parameters = {
                name: KNOWN.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
        # No schema says what a good file is, so a made-up one may be refused.
        case.call_and_validate(
            headers=key, excluded_checks=[positive_data_acceptance] if case.media_type in FILES else []
        )

    with suppress(Unsatisfiable):  # an operation without parameters cannot be asked wrongly
        send()
