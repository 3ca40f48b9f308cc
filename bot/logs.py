"""The log of `riko run` and `riko play`: one readable line per event, on stderr.

Only ids of people, servers and commands are logged; never a rating, an age, a gender or anything
somebody typed.
"""

from __future__ import annotations

import logging

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def set_up_logging(level: str) -> None:
    """Log at `level` and above; the libraries below us only speak up from WARNING."""
    logging.basicConfig(level=level, format=FORMAT, datefmt="%Y-%m-%d %H:%M:%S", force=True)
    if logging.getLogger().level > logging.DEBUG:
        for library in ("aiosqlite", "alembic", "asyncio", "discord", "sqlalchemy"):
            logging.getLogger(library).setLevel(logging.WARNING)
        # these two warn of missing voice libraries and of an intent Riko does have
        for talkative in ("discord.client", "discord.state"):
            logging.getLogger(talkative).setLevel(logging.ERROR)
