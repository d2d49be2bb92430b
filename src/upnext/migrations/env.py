"""Alembic's entry: runs on the connection that upnext.core.migrate holds, in its transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from upnext import manifest
from upnext.core.migrate import comparison
from upnext.core.types import Ranked


def render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:  # Alembic's types
    """A ranked enum is a small number in the schema; which ones it has may change with the code."""
    return "sa.SmallInteger()" if kind == "type" and isinstance(item, Ranked) else False


connection: Connection = context.config.attributes["connection"]
# The manifest is imported for the models that its domains bring along.
metadata = manifest.METADATA

context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render,
    user_module_prefix="types.",
    **comparison(connection.dialect.name),
)
context.run_migrations()
