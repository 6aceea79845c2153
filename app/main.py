"""The HTTP service. `create_app` puts it together; nothing here plans anything or loads what does."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from app.api import (
    audit,
    consents,
    costs,
    drafts,
    events,
    health,
    imports,
    keys,
    localities,
    members,
    optimisations,
    people,
    proposals,
    rotas,
    session,
    sign_in,
    zone_proposals,
    zone_scores,
)
from app.api.edge import Edge
from app.api.errors import install_errors
from app.api.idempotency import install_replays
from app.api.needs import check_declared
from app.db.engine import make_engine
from app.db.rota_versions import Shown
from app.db.walls import walled
from app.log import configure_logging
from app.schemas.problems import ProblemBody
from app.security.audit import Journal
from app.security.callers import Caller
from app.security.limits import Limits
from app.security.secret import secret_of
from app.services.editor import Editor
from app.services.local_copy import CopyKeeper, LocalCopy
from app.services.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi.routing import APIRoute
    from sqlalchemy import Engine
    from starlette.types import ASGIApp

    from app.config import Settings
    from app.jobs.port import Jobs
    from app.security.oidc import SignIn


_ACCESS = (sign_in, session, members, keys, audit)
_WORK = (health, localities, people, drafts, optimisations, events, zone_proposals, proposals, consents)


class Service(FastAPI):
    """The application, inside its edge, with problem documents in its OpenAPI description."""

    def build_middleware_stack(self) -> ASGIApp:
        """Wrap everything in the edge, so that no answer leaves without its headers."""
        return Edge(
            super().build_middleware_stack(),
            max_body_bytes=self.state.settings.max_body_bytes,
            limits=self.state.limits,
            journal=self.state.journal,
            larger={
                imports.PATH: self.state.settings.max_import_bytes,
                zone_scores.PATH: zone_scores.MOST_BYTES,
                costs.PATH: zone_scores.MOST_BYTES,
            },
        )

    def openapi(self) -> dict[str, Any]:
        """Describe the interface. The bodies of errors share one schema."""
        if self.openapi_schema is None:
            made = super().openapi()
            problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
            made["components"]["schemas"] |= {**problem.pop("$defs"), "ProblemBody": problem}
            _say_absent(made)
            _close_tables(made["components"]["schemas"])
        return super().openapi()


def _say_absent(description: dict[str, Any]) -> None:
    """Describe parameters that may be absent as such: in an address or a header there is no null."""
    for operations in description["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                schema = parameter["schema"]
                kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
                if len(kinds) == 1:
                    del schema["anyOf"]
                    parameter["schema"] = {**kinds[0], **schema}


def _close_tables(schemas: dict[str, Any]) -> None:
    """Describe tables by id as having ids for keys and nothing else, as they are checked."""
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            if "patternProperties" in field:
                field["additionalProperties"] = False


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Carry out optimisations while the service runs, and leave the database when it stops."""
    app.state.journal.start()
    await asyncio.to_thread(app.state.jobs.start)
    app.state.copy_keeper.start()
    yield
    await asyncio.to_thread(app.state.copy_keeper.stop)
    await asyncio.to_thread(app.state.jobs.stop)
    app.state.editor.close()
    await asyncio.to_thread(app.state.journal.stop)
    app.state.engine.dispose()


def _queue(engine: Engine, settings: Settings) -> Jobs:
    """Make the queue of the installation; this process carries out what is in it, unless workers do."""
    from app.jobs.durable import DurableJobs  # noqa: PLC0415 - loads the library of jobs

    return DurableJobs(engine, settings, works=settings.works)


def _operation_id(route: APIRoute) -> str:
    """Name an operation by its subject and its function, as the client does."""
    return f"{route.tags[0]}.{route.name}"


def _sign_in(settings: Settings) -> SignIn | None:
    """Make the way to the identity provider, if the installation has one."""
    if settings.oidc_issuer is None:
        return None
    from app.security.oidc import SignIn  # noqa: PLC0415 - loads the library of sign-ins

    return SignIn(settings, secret_of(settings))


def create_app(settings: Settings, *, jobs: Jobs | None = None) -> FastAPI:
    """Make the service for an installation whose database is up to date. `jobs` carries out its optimisations."""
    configure_logging(settings.log_level)
    app = Service(
        title="Rural Care Rota",
        version=version("rural-care-rota"),
        description="Rotas for care at home, by geography rather than by contract.",
        lifespan=_lifespan,
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
        max_body_size=settings.max_body_bytes,
        telemetry={"tracing": False, "metrics": False},  # nobody is told of requests but the log and the audit
        generate_unique_id_function=_operation_id,
    )
    app.state.settings = settings
    engine = make_engine(settings.database_url)
    app.state.engine = walled(engine)
    app.state.limits = Limits(settings)
    app.state.journal = Journal(engine)
    app.state.jobs = jobs or _queue(engine, settings)
    app.state.callers = Remembered[Caller](settings.remember_seconds)
    app.state.rotas = Remembered[Shown](settings.remember_seconds)
    app.state.sign_in = _sign_in(settings)
    app.state.copy = LocalCopy(settings.data_dir / "copy")
    app.state.copy_keeper = CopyKeeper(app.state.copy, engine, every_s=settings.copy_seconds)
    app.state.editor = Editor(settings.database_url, settings.data_dir)
    install_errors(app)
    install_replays(app)
    for resource in (rotas, *_ACCESS, *_WORK):  # addresses are tried in this order, and rotas are read most
        app.include_router(resource.router)
    app.include_router(imports.router, max_body_size=settings.max_import_bytes)
    app.include_router(zone_scores.router, max_body_size=zone_scores.MOST_BYTES)
    app.include_router(costs.router, max_body_size=zone_scores.MOST_BYTES)
    check_declared(app.routes)
    return app
