"""Fixtures for every test that needs a database: a real file, made by the migrations."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from core.storage.database import Database
from tests.fresh_database import put_fresh_database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.service_world import ServiceWorld


# Several threads of torch's wait for one another by spinning: beside other programs, or other tests,
# a training takes much longer with two than with one. No test has imported torch by now.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# How wide the terminal is, if it is one, which some shells say and readline says when it is imported:
# the command line would fold its tables accordingly.
for name in ("COLUMNS", "LINES"):
    os.environ.pop(name, None)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Return the URL of a database that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'riko.db'}"


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """Give a database made by the migrations; it is closed afterwards."""
    opened = Database(database_url)
    put_fresh_database(opened.path)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def world(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[ServiceWorld]:
    """Give all services over an empty database."""
    from tests.service_world import open_world  # it needs torch, which few tests do

    async with open_world(database, tmp_path_factory.getbasetemp()) as opened:
        yield opened
