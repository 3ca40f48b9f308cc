"""Alembic migrations; the only thing that ever creates a table."""
