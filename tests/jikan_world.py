"""Answers like Jikan's, written by us, and a small MyAnimeList that gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.misbehaving import answers, fails

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.misbehaving import Behaviour, Site

Anime = dict[str, Any]


def anime(anime_id: int, title: str = "", **changes: object) -> Anime:
    """Return a title as Jikan gives it, with `changes`."""
    return {
        "mal_id": anime_id,
        "url": f"https://myanimelist.net/anime/{anime_id}",
        "approved": True,
        "images": {
            "jpg": {
                "image_url": f"https://cdn.myanimelist.net/images/anime/1/{anime_id}.jpg",
                "large_image_url": f"https://cdn.myanimelist.net/images/anime/1/{anime_id}l.jpg",
            }
        },
        "title": title or f"Sakuhin {anime_id}",
        "title_english": f"Work {anime_id}",
        "title_japanese": f"作品{anime_id}",
        "title_synonyms": [f"W{anime_id}"],
        "type": "TV",
        "source": "Light novel",
        "episodes": 12,
        "status": "Finished Airing",
        "aired": {"from": "2021-04-03T00:00:00+00:00", "prop": {"from": {"year": 2021}}},
        "rating": "PG-13 - Teens 13 or older",
        "score": 7.5,
        "scored_by": 1000,
        "members": 5000 - anime_id % 100,
        "year": None,
        "studios": [{"mal_id": 1, "type": "anime", "name": "Studio Sora"}],
        "genres": [{"mal_id": 2, "type": "anime", "name": "Adventure"}],
        "explicit_genres": [],
        "themes": [{"mal_id": 3, "type": "anime", "name": "Mecha"}],
        "demographics": [{"mal_id": 4, "type": "anime", "name": "Shounen"}],
        **changes,
    }


def page(titles: list[Any], number: int = 1, last: int = 1) -> dict[str, Any]:
    """Return a page of titles."""
    return {
        "data": titles,
        "pagination": {"last_visible_page": last, "has_next_page": number < last},
    }


@dataclass
class MyAnimeList:
    """Titles and relations, served as Jikan does, `size` titles a page."""

    site: Site
    titles: list[Anime] = field(default_factory=list)
    season: list[Anime] = field(default_factory=list)
    related: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    size: int = 2

    def serve(self) -> MyAnimeList:
        """Answer from now on with what there is now and comes later."""
        self.site.at("/anime", self._listed(self.titles))
        self.site.at("/seasons/now", self._listed(self.season))
        self.site.at("/seasons/upcoming", answers(page([])))
        for title in (*self.titles, *self.season):
            anime_id = title["mal_id"]
            self.site.at(f"/anime/{anime_id}", answers({"data": title}))
            relations = [
                {"relation": kind, "entry": [{"mal_id": other, "type": "anime", "name": "?"}]}
                for kind, other in self.related.get(anime_id, [])
            ]
            manga = {"relation": "Adaptation", "entry": [{"mal_id": 1, "type": "manga"}]}
            self.site.at(f"/anime/{anime_id}/relations", answers({"data": [*relations, manga]}))
        return self

    def break_down(self, behaviour: Behaviour | None = None) -> None:
        """Fail whatever is asked."""
        starters = ("/anime/1/relations", "/anime/2/relations")
        for path in (*self.site._behaviours, *starters):
            self.site.at(path, behaviour or fails(503))

    def asked(self) -> list[str]:
        """Return what was asked for since this was called last, pages as `/anime 2`."""
        found = [
            f"{each.path} {each.query['page']}" if "page" in each.query else each.path
            for each in self.site.asked
        ]
        self.site.asked.clear()
        return found

    def _listed(self, titles: list[Anime]) -> Behaviour:
        async def behave(request: web.Request) -> web.StreamResponse:
            query: Mapping[str, str] = request.query
            number = int(query["page"])
            last = max(1, -(-len(titles) // self.size))
            part = titles[(number - 1) * self.size : number * self.size]
            return web.json_response(page(part, number, last))

        return behave
