"""How Alembic runs our migrations: on the connection it is handed, never one of its own."""

from __future__ import annotations

from alembic import context

from kizuna.model.synced import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
