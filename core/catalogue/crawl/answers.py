"""What Jikan v4 answers, as far as it is of use, made into the rows of a catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from core.catalogue.title import LARGEST_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue.relations import Relations

ModelT = TypeVar("ModelT", bound=BaseModel)

NOT_APPROVED: Final = "not approved by MyAnimeList"
BROKEN_TITLE: Final = "title in an unknown form"
NO_POSTER: Final = "/img/"
"""Where MyAnimeList keeps the picture it shows where there is no poster."""

_Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


def _or_empty(value: object) -> object:
    return () if value is None else value


class _Named(BaseModel):
    name: str | None = None


class _Picture(BaseModel):
    image_url: str | None = None
    large_image_url: str | None = None


class _Pictures(BaseModel):
    jpg: _Picture | None = None


class _Day(BaseModel):
    year: int | None = None


class _Days(BaseModel):
    start: _Day = Field(_Day(), alias="from")


class _Aired(BaseModel):
    prop: _Days | None = None


_Names = Annotated[tuple[_Named, ...], BeforeValidator(_or_empty)]
_Texts = Annotated[tuple[str, ...], BeforeValidator(_or_empty)]


class _Anime(BaseModel):
    mal_id: _Id
    title: str | None = None
    title_english: str | None = None
    title_japanese: str | None = None
    title_synonyms: _Texts = ()
    approved: bool = True
    type: str | None = None
    source: str | None = None
    episodes: int | None = None
    status: str | None = None
    year: int | None = None
    aired: _Aired | None = None
    rating: str | None = None
    score: float | None = None
    scored_by: int | None = None
    members: int | None = None
    images: _Pictures | None = None
    studios: _Names = ()
    genres: _Names = ()
    explicit_genres: _Names = ()
    themes: _Names = ()
    demographics: _Names = ()

    def to_row(self) -> dict[str, object]:
        """Return what is known as a row of a catalogue; `core.catalogue.load.sift` cleans it."""
        words = (*self.genres, *self.explicit_genres, *self.themes, *self.demographics)
        row: dict[str, object] = {
            "anime_id": self.mal_id,
            "title": self.title,
            "title_english": self.title_english,
            "title_japanese": self.title_japanese,
            "title_synonyms": list(self.title_synonyms),
            "type": self.type,
            "year": self.year or self._first_year(),
            "episodes": self.episodes,
            "genres": [word.name for word in words if word.name],
            "rating": self.rating,
            "source": self.source,
            "status": self.status,
            "studios": [studio.name for studio in self.studios if studio.name],
            "score": self.score,
            "scored_by": self.scored_by,
            "members": self.members,
            "image_url": self._poster(),
        }
        return {name: value for name, value in row.items() if value not in (None, [])}

    def _first_year(self) -> int | None:
        if self.aired is None or self.aired.prop is None:
            return None
        return self.aired.prop.start.year

    def _poster(self) -> str | None:
        if self.images is None or self.images.jpg is None:
            return None
        address = self.images.jpg.large_image_url or self.images.jpg.image_url
        return None if address is None or NO_POSTER in address else address


class _Pagination(BaseModel):
    last_visible_page: Annotated[int, Field(ge=0)] = 1
    has_next_page: bool = False


class _Page(BaseModel):
    data: list[object]
    pagination: _Pagination | None = None


class _One(BaseModel):
    data: dict[str, object]


class _Entry(BaseModel):
    mal_id: _Id
    type: str


class _Relation(BaseModel):
    relation: str
    entry: list[_Entry]


class _Relations(BaseModel):
    data: list[_Relation]


class Page(BaseModel):
    """Titles of one page as rows, how many were refused by reason, and how many pages there are."""

    rows: list[dict[str, object]]
    refused: dict[str, int]
    last: int
    more: bool


def read_page(answer: object) -> Page:
    """Read a list of titles. Raises `ValueError`, saying what is wrong, when it is none.

    A single title in an unknown form is counted and left out; when all are, the form has changed.
    """
    page = _read(_Page, answer)
    rows, refused = _rows(page.data)
    if page.data and refused.get(BROKEN_TITLE) == len(page.data):
        raise ValueError("it has titles in a form that this Riko does not know")
    pagination = page.pagination or _Pagination()
    return Page(
        rows=rows, refused=refused, last=pagination.last_visible_page, more=pagination.has_next_page
    )


def read_title(answer: object) -> dict[str, object] | None:
    """Read one title as a row, none where it is of no use. Raises `ValueError` as `read_page`."""
    rows, refused = _rows([_read(_One, answer).data])
    if BROKEN_TITLE in refused:
        raise ValueError("it is a title in a form that this Riko does not know")
    return rows[0] if rows else None


def read_relations(answer: object) -> Relations:
    """Read which anime a title is related to, and how. Raises `ValueError` as `read_page`."""
    found = _read(_Relations, answer).data
    return tuple(
        (relation.relation, entry.mal_id)
        for relation in found
        for entry in relation.entry
        if entry.type == "anime"
    )


def _rows(titles: Sequence[object]) -> tuple[list[dict[str, object]], dict[str, int]]:
    rows: list[dict[str, object]] = []
    refused: dict[str, int] = {}
    for each in titles:
        try:
            title = _Anime.model_validate(each)
        except ValidationError:
            refused[BROKEN_TITLE] = refused.get(BROKEN_TITLE, 0) + 1
            continue
        if title.approved:
            rows.append(title.to_row())
        else:
            refused[NOT_APPROVED] = refused.get(NOT_APPROVED, 0) + 1
    return rows, refused


def _read(model: type[ModelT], answer: object) -> ModelT:
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "its form"
        raise ValueError(f"“{where}” is not what this Riko expects") from None
