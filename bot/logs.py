"""The log of `riko run` and `riko play`: one readable line per event, on stderr.

Only ids of people, servers and commands are logged; never a rating, an age, a gender or anything
somebody typed.
"""

from __future__ import annotations

import logging

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def set_up_logging(level: str) -> None:
    """Log at `level` and above; the libraries below us only speak up from WARNING.

    That holds at every level: in detail they would log what people typed and what is stored.
    """
    logging.basicConfig(
        level=logging.WARNING, format=FORMAT, datefmt="%Y-%m-%d %H:%M:%S", force=True
    )
    for handler in logging.getLogger().handlers:
        handler.setLevel(level)
    for ours in ("bot", "core", "migrations"):
        logging.getLogger(ours).setLevel(level)
    # these two warn of missing voice libraries and of an intent Riko does have
    for talkative in ("discord.client", "discord.state"):
        logging.getLogger(talkative).setLevel(logging.ERROR)
