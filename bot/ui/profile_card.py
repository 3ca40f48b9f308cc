"""What Riko knows of a person: facts and settings in words, the taste as a picture."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Final

import discord

from bot.interactions import answer, place_of, reader_of, services_of
from bot.ui.limits import ALT_TEXT, VIOLET
from bot.ui.pictures.charts import GenreBar, Surprise, TasteDrawing, draw_taste
from bot.ui.pictures.thread import draw
from bot.ui.text import clip
from core.errors import BusyError, InferenceError
from core.person import HIGHEST_SCORE, LOWEST_SCORE, Gender, TitleLanguage

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.profiles import Profile
    from core.services.tastes import GenreTaste, TasteCard

PICTURE: Final = "taste.png"
_SCORES: Final = range(LOWEST_SCORE, HIGHEST_SCORE + 1)
_LONGEST_NAME: Final = 60
_MOST_GENRES: Final = 6
_MOST_SURPRISES: Final = 5
_GENDERS: Final = {
    Gender.MALE: "gender-male",
    Gender.FEMALE: "gender-female",
    Gender.ANOTHER: "gender-another",
}
_LANGUAGES: Final = {
    TitleLanguage.ENGLISH: "language-english",
    TitleLanguage.ROMAJI: "language-romaji",
    TitleLanguage.JAPANESE: "language-japanese",
}

_log = logging.getLogger(__name__)


async def answer_with_profile(interaction: Interaction) -> None:
    """Give the profile of whoever asks, with their taste if they rated anything."""
    services = services_of(interaction)
    user_id = interaction.user.id
    reader = await reader_of(interaction)
    profile = await services.profiles.view(user_id)
    embed = profile_embed(reader, profile)
    picture = None
    if profile.rating_count == 0:
        embed.description = reader("profile-no-ratings")
    else:
        try:
            taste = await services.tastes.card(user_id, place_of(interaction))
        except (BusyError, InferenceError) as error:
            # the profile is worth showing without it
            _log.warning("interaction %d: no taste: %s", interaction.id, error)
        else:
            picture = await _picture(reader, taste)
        if picture is None:
            embed.description = reader("profile-no-picture")
        else:
            embed.set_image(url=f"attachment://{PICTURE}")
    await answer(interaction, embeds=[embed], files=() if picture is None else [picture])


def profile_embed(reader: Reader, profile: Profile) -> discord.Embed:
    """Return what a person said and chose."""
    embed = discord.Embed(title=reader("profile-title"), colour=VIOLET)
    embed.add_field(name=reader("profile-age"), value=_age(reader, profile))
    embed.add_field(name=reader("profile-gender"), value=_gender(reader, profile))
    embed.add_field(name=reader("profile-ratings"), value=str(profile.rating_count))
    settings = "\n".join(_settings(reader, profile))
    embed.add_field(name=reader("profile-settings"), value=settings, inline=False)
    return embed.set_footer(text=reader("profile-footer"))


def profile_facts(reader: Reader, profile: Profile) -> list[str]:
    """Return what a person said and chose, a line each."""
    return [
        _fact(reader, "profile-age", _age(reader, profile)),
        _fact(reader, "profile-gender", _gender(reader, profile)),
        *_settings(reader, profile),
    ]


def taste_described(reader: Reader, taste: TasteCard) -> str:
    """Return what the picture of a taste shows, for people who do not see it."""
    drawing = taste_drawing(reader, taste)
    parts = [drawing.title]
    if drawing.genres:
        genres = [
            reader(
                "taste-genre",
                genre=reader.words.genre(each.genre),
                mine=f"{each.mean:.1f}",
                average=f"{average:.1f}",
                count=each.count,
            )
            for each, average in _favourites(taste)
        ]
        parts.append(f"{drawing.genres_title}: {'; '.join(genres)}")
    scores = [
        reader("taste-score", score=score, count=count)
        for score, count in zip(_SCORES, taste.distribution, strict=True)
        if count
    ]
    parts.append(f"{drawing.scores_title}: {'; '.join(scores)}")
    if drawing.surprises:
        surprises = [f"{each.name}: {each.words}" for each in drawing.surprises]
        parts.append(f"{drawing.surprises_title}: {'; '.join(surprises)}")
    parts.append(f"{drawing.progress_title}: {drawing.progress_label}")
    return clip("\n".join(parts), ALT_TEXT)


def taste_drawing(reader: Reader, taste: TasteCard) -> TasteDrawing:
    """Return what to draw of somebody's taste, in their language."""
    counted = reader("taste-count", count=taste.rating_count, mean=f"{taste.mean or 0:.1f}")
    wanted = reader("taste-wanted", count=taste.wanted) if taste.wanted else reader("taste-enough")
    return TasteDrawing(
        title=f"{reader('taste-title')} · {counted}",
        genres_title=reader("taste-genres"),
        mine=reader("taste-mine"),
        average=reader("taste-average"),
        genres=tuple(
            GenreBar(
                name=reader.words.genre(each.genre),
                mine=each.mean,
                average=average,
                mine_label=f"{each.mean:.1f}",
                average_label=f"{average:.1f}",
            )
            for each, average in _favourites(taste)
        ),
        scores_title=reader("taste-scores"),
        scores=taste.distribution,
        surprises_title=reader("taste-surprises"),
        surprises=tuple(
            Surprise(
                name=clip(reader.raw_name(each.rating.title), _LONGEST_NAME),
                words=reader(
                    "taste-surprise", score=each.rating.score, expected=f"{each.expected:.1f}"
                ),
            )
            for each in taste.surprises[:_MOST_SURPRISES]
        ),
        progress_title=reader("taste-progress"),
        progress_label=wanted,
        progress=taste.rating_count / max(1, taste.rating_count + taste.wanted),
        empty=reader("taste-empty"),
    )


def _favourites(taste: TasteCard) -> list[tuple[GenreTaste, float]]:
    """Return the genres liked most in comparison with others, each with what others give."""
    compared = [(each, each.average) for each in taste.genres if each.average is not None]
    compared.sort(key=lambda pair: -pair[0].difference)
    return compared[:_MOST_GENRES]


async def _picture(reader: Reader, taste: TasteCard) -> discord.File | None:
    """Return the picture; none if it cannot be drawn: the profile is worth showing without it."""
    try:
        data = await draw(draw_taste, taste_drawing(reader, taste))
    except Exception:  # noqa: BLE001 - whatever fails in a picture, the rest is worth showing
        _log.exception("a taste could not be drawn")
        return None
    return discord.File(
        io.BytesIO(data), filename=PICTURE, description=taste_described(reader, taste)
    )


def _age(reader: Reader, profile: Profile) -> str:
    return reader("profile-not-said") if profile.age is None else str(profile.age)


def _gender(reader: Reader, profile: Profile) -> str:
    if profile.gender is None:
        return reader("profile-not-said")
    return reader(_GENDERS[profile.gender])


def _settings(reader: Reader, profile: Profile) -> list[str]:
    language = profile.title_language
    titles = reader("language-discord" if language is None else _LANGUAGES[language])
    answers = reader("profile-answers-private" if profile.private else "profile-answers-public")
    if not profile.private_chosen:
        answers = reader("profile-answers-unchosen")
    return [
        _fact(reader, "profile-language", titles),
        _fact(reader, "profile-answers", answers),
        _fact(reader, "profile-server-means", _yes_or_no(reader, profile.in_server_lists)),
        _fact(reader, "profile-share", _yes_or_no(reader, profile.shareable)),
        _fact(reader, "profile-twins", _yes_or_no(reader, profile.twins)),
    ]


def _fact(reader: Reader, key: str, value: str) -> str:
    return reader("profile-fact", name=reader(key), value=value)


def _yes_or_no(reader: Reader, value: bool) -> str:
    return reader("profile-yes" if value else "profile-no")
