"""`rota serve` and `rota migrate`: the service and its database."""

from __future__ import annotations

from app.cli.program import output
from app.config import Settings
from app.db.migrate import migrate as migrate_database


def migrate() -> None:
    """Bring the database to the newest revision."""
    settings = Settings()
    migrate_database(settings.database_url)
    output.print("The database is up to date.")


def serve() -> None:
    """Serve the HTTP interface, and carry out what it is asked, until stopped."""
    import uvicorn  # noqa: PLC0415 - not needed by other commands

    from app.main import create_app  # noqa: PLC0415 - the same

    settings = Settings()
    migrate_database(settings.database_url)
    output.print(
        f"Rural Care Rota on http://{settings.host}:{settings.port} (the interface is described at /openapi.json)"
    )
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_config=None, server_header=False)
