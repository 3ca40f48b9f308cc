"""Lists as other services export them, written by us."""

from __future__ import annotations

import json
from typing import Any


def mal_entry(
    anime_id: int | str, score: int | str = 0, status: str = "Completed", **more: str
) -> str:
    """Return an entry as MyAnimeList writes it, with all that Riko does not read."""
    fields = {
        "series_animedb_id": anime_id,
        "series_title": f"<![CDATA[Listed {anime_id}]]>",
        "series_type": "TV",
        "series_episodes": 12,
        "my_id": 0,
        "my_watched_episodes": 12,
        "my_start_date": "0000-00-00",
        "my_finish_date": "0000-00-00",
        "my_rated": "",
        "my_score": score,
        "my_storage": "",
        "my_status": status,
        "my_comments": "<![CDATA[<my_score>1</my_score>]]>",
        "my_tags": "<![CDATA[]]>",
        "update_on_import": 0,
        **more,
    }
    inner = "\n".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<anime>\n{inner}\n</anime>"


def mal_file(*entries: str, head: str = '<?xml version="1.0" encoding="UTF-8" ?>') -> bytes:
    """Return an export of MyAnimeList."""
    return (
        f"{head}\n<!-- exported -->\n<myanimelist>\n<myinfo><user_name>someone</user_name>"
        f"<user_export_type>1</user_export_type></myinfo>\n{''.join(entries)}\n</myanimelist>"
    ).encode()


def ani_entry(
    anime_id: int | None, score: float = 0, status: str = "COMPLETED", **more: Any
) -> dict[str, Any]:
    """Return an entry as AniList's interface gives it."""
    nothing = {"year": None, "month": None, "day": None}
    return {
        "status": status,
        "score": score,
        "startedAt": nothing,
        "completedAt": nothing,
        "updatedAt": 0,
        "media": {
            "idMal": anime_id,
            "isAdult": False,
            "title": {"romaji": f"Listed {anime_id}"},
        },
        **more,
    }


def ani_answer(*entries: dict[str, Any]) -> dict[str, Any]:
    """Return an answer of AniList with one list."""
    return {"data": {"MediaListCollection": {"lists": [{"entries": list(entries)}]}}}


def ani_file(*entries: dict[str, Any], scale: str | None = None) -> bytes:
    """Return an export of AniList."""
    made = ani_answer(*entries)
    if scale:
        made["data"]["MediaListCollection"]["user"] = {"mediaListOptions": {"scoreFormat": scale}}
    return json.dumps(made).encode()
