"""Where alembic starts: runs the migrations on the connection that `core.storage.schema` opened.

Logging stays as the application set it up, and so do transactions: the caller has begun one, and
commits it when all is done.
"""

from __future__ import annotations

from alembic import context

from core.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
)
with context.begin_transaction():
    context.run_migrations()
