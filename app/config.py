"""The settings of one installation, read from the environment once, by the command line, and passed on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _sqlite_in(fields: dict[str, Any]) -> str:
    """Address of the SQLite file in the data folder, for installations that name no database."""
    return f"sqlite:///{Path(fields['data_dir']).absolute() / 'rota.sqlite'}"


def _is_sqlite(fields: dict[str, Any]) -> bool:
    """Tell whether the database is a file, which is for one machine."""
    return str(fields.get("database_url", "")).startswith("sqlite")


class Settings(BaseSettings):
    """What an installation may choose. Each field is the environment variable `ROTA_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="ROTA_", frozen=True)

    data_dir: Path = Field(default=Path("var"), description="Folder for everything that the product writes.")
    database_url: str = Field(
        default_factory=_sqlite_in,
        description="SQLAlchemy address of the database: SQLite or PostgreSQL.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="The least severe events that are logged."
    )
    host: str = Field(default="127.0.0.1", description="Address on which the HTTP interface listens.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port on which the HTTP interface listens.")
    max_body_bytes: int = Field(default=65_536, ge=1_024, description="Longest request body that is read, in bytes.")
    public_url: str | None = Field(
        default=None, description="Address at which browsers reach the service, such as https://rota.example.org."
    )
    secret: SecretStr | None = Field(
        default=None, description="What the service signs with; without one, random bits kept in the data folder."
    )
    oidc_issuer: str | None = Field(
        default=None, description="OpenID Connect issuer with whom people sign in; without one, they do with links."
    )
    oidc_client_id: str | None = Field(default=None, description="What the issuer calls this service.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="What this service shows the issuer.")
    max_requests_a_minute: int = Field(
        default=12_000, ge=1, description="Requests a minute that one address, one key or one person may make."
    )
    max_failures_a_minute: int = Field(
        default=30, ge=1, description="Wrong keys, links and sign-ins a minute after which an address is refused."
    )
    max_queued: int = Field(default=100, ge=1, description="Optimisations that may wait; more are refused.")
    max_optimisation_minutes: float = Field(
        default=60.0, gt=0, description="Minutes after which an optimisation is stopped and marked as failed."
    )
    max_search_mb: int = Field(
        default=8_192, ge=512, description="Most private memory of each process that searches, in megabytes."
    )
    notice_hours: float = Field(
        default=48.0, ge=0, description="Hours before a visit within which a change of the published rota is late."
    )
    copy_seconds: float = Field(
        default=60.0, ge=1, description="Seconds after which the local copy of published rotas and keys is renewed."
    )
    copy_hours: float = Field(
        default=72.0, ge=0, description="Hours for which the local copy is read while the database is away; 0: never."
    )
    remember_seconds: float = Field(
        default=1.0,
        ge=0,
        le=60,
        description="Seconds for which a key or rota that was just read counts as unchanged.",
    )
    max_import_bytes: int = Field(
        default=20_971_520, ge=1_024, description="Longest workbook that is taken over HTTP, in bytes."
    )
    keep_rotas_days: int = Field(
        default=1_095, ge=0, description="Days after which plans, drafts and published rotas are deleted; 0: never."
    )
    keep_actuals_days: int = Field(
        default=1_095, ge=0, description="Days after which records of visits as they were made are deleted; 0: never."
    )
    keep_proposals_days: int = Field(
        default=2_190, ge=0, description="Days after which comparisons and proposals are deleted; 0: never."
    )
    keep_audit_days: int = Field(
        default=2_190, ge=0, description="Days after which whom the audit names is blotted out; 0: never."
    )
    works: bool = Field(
        default_factory=_is_sqlite,
        description="Whether `rota serve` carries out optimisations itself, rather than leave them to `rota worker`.",
    )
    searches: int = Field(default=2, ge=1, le=64, description="Searches that each worker does at a time.")
    heartbeat_seconds: float = Field(
        default=2.0, ge=0.1, le=60, description="How often a worker shows that it lives; after five misses it is lost."
    )
    keep_jobs_days: float = Field(
        default=30.0, gt=0, description="Days for which progress, finished jobs and kept answers are remembered."
    )
    max_network_bytes: int = Field(
        default=4_294_967_296, ge=1_048_576, description="Most bytes that a road network may unpack to, counted as XML."
    )
    overpass_url: str = Field(
        default="https://overpass-api.de/api", description="Overpass server that `rota network download` asks."
    )
    geocoder_url: str | None = Field(
        default=None, description="Nominatim server that `rota network download` asks for the bounds of a named place."
    )
