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


def ani_answer(*entries: dict[str, Any], more: bool = False) -> dict[str, Any]:
    """Return an answer of AniList with one list, or the beginning of one."""
    lists = [{"entries": list(entries)}]
    return {"data": {"MediaListCollection": {"hasNextChunk": more, "lists": lists}}}


def ani_export(*entries: tuple[int, float, int], **more: Any) -> bytes:
    """Return AniList's own data export; an entry is its number, its score, and its status there."""
    lists = [
        {
            "id": 900 + at,
            "series_id": number,
            "series_type": 0,
            "status": status,
            "score": score,
            "progress": 12,
            "notes": None,
            "started_on": 0,
            "finished_on": 20150704,
            "updated_at": "2020-01-02 03:04:05",
        }
        for at, (number, score, status) in enumerate(entries)
    ]
    return json.dumps({"user": {"id": 1, "user_name": "someone"}, "lists": lists, **more}).encode()


def ani_titles(*titles: tuple[int, int | None], adult: bool = False) -> dict[str, Any]:
    """Return what AniList says of titles: its number and that of MyAnimeList."""
    media = [
        {"id": own, "idMal": mal, "isAdult": adult, "title": {"romaji": f"Title {own}"}}
        for own, mal in titles
    ]
    return {"data": {"Page": {"media": media}}}


def ani_file(*entries: dict[str, Any], scale: str | None = None) -> bytes:
    """Return an export of AniList."""
    made = ani_answer(*entries)
    if scale:
        made["data"]["MediaListCollection"]["user"] = {"mediaListOptions": {"scoreFormat": scale}}
    return json.dumps(made).encode()
