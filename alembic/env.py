"""How Alembic meets our database: on the connection that `app.db.migrate` gives, or on that of the settings."""

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from app.config import Settings
from app.db.engine import make_engine
from app.db.tables import METADATA


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as the plain ones beneath, so that migrations never import the product."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run(connection: Connection) -> None:
    """Run the migrations that were asked for, inside the connection's transaction."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
        compare_server_default=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with make_engine(Settings().database_url).connect() as own:
        run(own)
        own.commit()
