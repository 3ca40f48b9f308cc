"""A bot that may crawl a MyAnimeList of ours."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core import starter
from core.catalogue.catalogue import Catalogue
from core.catalogue.origin import MYANIMELIST, Origin
from core.catalogue.write import write_catalogue
from core.outside import patience
from core.services import assembly
from tests.bot_world import World, open_world, tiny_settings
from tests.tiny import tiny_catalogue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path


@asynccontextmanager
async def crawling_world(
    folder: Path,
    jikan: str,
    age: timedelta = timedelta(0),
    sources: tuple[str, ...] = (MYANIMELIST,),
    chosen: Path | None = None,
) -> AsyncGenerator[World]:
    """Start a bot that may crawl, with a catalogue of that age where crawls write it.

    It goes on with what an earlier one left in `folder`.
    """
    settings = await asyncio.to_thread(tiny_settings, folder)
    settings = settings.model_copy(
        update={"catalogue": chosen, "jikan": jikan, "crawl": "nightly", "home": folder / "home"}
    )
    made = settings.locations().data.catalogue
    made.parent.mkdir(parents=True, exist_ok=True)
    if not made.exists():
        write_catalogue(tiny_catalogue(), made, Origin(datetime.now(UTC) - age, sources))
    starter_file = folder / "starter.parquet"
    write_catalogue(Catalogue([next(iter(tiny_catalogue().titles))]), starter_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(starter, "CATALOGUE", starter_file)
        # nobody else needs this server, so there is no need for patience with it
        patch.setattr(assembly, "LIMITS", ())
        patch.setattr(patience, "FIRST_PAUSE", 0.01)
        async with open_world(folder, settings=settings) as world:
            yield world
