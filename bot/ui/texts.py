"""Every text a person reads in Discord, in one place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from discord.utils import escape_markdown

from core.errors import shorten
from core.person import HIGHEST_SCORE, LOWEST_SCORE, MAXIMUM_AGE, MINIMUM_AGE
from core.services.recommendations import RATINGS_WANTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue.title import Title
    from core.services.profiles import Profile
    from core.services.ratings import RatedTitle, RatingChange
    from core.services.recommendations import RoundScore

# --- commands and their options ---------------------------------------------------------------

PROFILE: Final = "What Riko knows about you"
PROFILE_SET: Final = "Say how old you are and your gender; both help a little, both are optional"
PROFILE_VIEW: Final = "See what Riko knows about you; only you see it"
OPTION_AGE: Final = f"Your age in years, {MINIMUM_AGE} to {MAXIMUM_AGE}"
OPTION_GENDER: Final = "Your gender; “prefer not to say” makes Riko forget it"
OPTION_FORGET: Final = "Make Riko forget what you said before"
SEARCH: Final = "Look an anime up"
RATE: Final = "Rate an anime from 1 to 10; only you see it"
RECOMMEND: Final = "Get two lists of anime picked for you"
OPTION_TITLE: Final = "A part of the name, in any language, or the MyAnimeList number"
OPTION_SCORE: Final = "10 is a masterpiece, 1 is appalling"
OPTION_PRIVATE: Final = "False shows the answer to everybody here, without your own ratings"

GENDER_MALE: Final = "Male"
GENDER_FEMALE: Final = "Female"
GENDER_ANOTHER: Final = "Another"
GENDER_UNSAID: Final = "Prefer not to say"
FORGET_AGE: Final = "My age"
FORGET_GENDER: Final = "My gender"
FORGET_BOTH: Final = "Both"

# --- /profile ---------------------------------------------------------------------------------

NOTHING_TO_SET: Final = (
    "Nothing changed: give `age`, `gender` or both to `/profile set`, or choose what to `forget`."
)
SET_AND_FORGET: Final = (
    "Nothing changed: you gave something and asked to forget it at once; do one of the two."
)
PROFILE_SAVED: Final = "Saved."
PROFILE_TITLE: Final = "Your profile"
PROFILE_FOOTER: Final = "Only you can see this."
AGE: Final = "Age"
GENDER: Final = "Gender"
RATINGS: Final = "Ratings"
LATEST_RATINGS: Final = "Latest ratings"
NOT_SAID: Final = "not said"

# --- /rate ------------------------------------------------------------------------------------

UNKNOWN_TO_NETWORK: Final = (
    "Riko's network does not know this title yet, so `/recommend` cannot learn from it."
)

# --- /search ----------------------------------------------------------------------------------

ALSO_CALLED: Final = "Also called"
TYPE: Final = "Type"
EPISODES: Final = "Episodes"
YEAR: Final = "Year"
GENRES: Final = "Genres"
FOR_YOU: Final = "For you"
OTHER_MATCHES: Final = "Did you mean"
UNKNOWN: Final = "unknown"

# --- /recommend -------------------------------------------------------------------------------

SIMILAR: Final = "Similar Anime"
MAY_LIKE: Final = "Anime You May Like"
SIMILAR_SUBTITLE: Final = "close to what you rated last"
SIMILAR_SUBTITLE_PUBLIC: Final = "close to what was rated last"
MAY_LIKE_SUBTITLE: Final = "the best for you from everywhere else"
MAY_LIKE_SUBTITLE_PUBLIC: Final = "the best from everywhere else"
PREDICTED: Final = "★ is the rating Riko thinks you would give."
PREDICTED_PUBLIC: Final = "★ is the rating Riko expects of the person who asked."
MEAN: Final = "★ is the mean rating, drawn towards the middle where few people voted."
NO_MORE_TITLES: Final = (
    "There is nothing left for this list: you have rated every title it could hold."
)
NO_MORE_TITLES_PUBLIC: Final = "There is nothing left for this list."
COLD_START_TITLE: Final = "To begin with: what people love"
RATE_FROM_LIST: Final = "Rate one of these"
SCORE_LISTS: Final = "Score these lists"
CHOOSE_TITLE: Final = "Which one do you know?"
CHOOSE_SCORE: Final = f"Your score, {LOWEST_SCORE} to {HIGHEST_SCORE}"
WHICH_TITLE: Final = "Which title do you want to rate?"
HOW_GOOD_ARE_LISTS: Final = (
    "How good are these two lists, from 1 (nothing for me) to 10 (all of it for me)?"
)
NOT_YOURS: Final = (
    "Those buttons belong to the person who asked. `/recommend` gives you lists of your own."
)
NOTHING_TO_RATE: Final = "None of these titles can be shown here any more; ask `/recommend` again."

# --- failures ---------------------------------------------------------------------------------

BAD_SCORE: Final = "A score is a whole number from 1 to 10; please choose one of those."
BAD_GENDER: Final = "Please choose one of the genders Discord offers, or leave it out."
LISTS_GONE: Final = "Those lists are gone; `/recommend` makes new ones."
BUSY: Final = "Too many people are asking right now; please try again in a few seconds."
RESTARTED: Final = "The recommender had to restart; please try again."
STOPPING: Final = "Riko is restarting; please try again in a minute."
NOTHING_SAVED: Final = "Nothing was saved."
DATABASE_FULL: Final = "Riko's disk is full. Please tell whoever runs Riko here."
DATABASE_READ_ONLY: Final = (
    "Riko's database may not be written. Please tell whoever runs Riko here."
)
DATABASE_BUSY: Final = "Riko's database is busy; please try again in a few seconds."
DATABASE_FAILED: Final = "Riko's database does not answer. Please tell whoever runs Riko here."
BAD_INPUT: Final = "That cannot be used; please look at what the options of the command say."
OUTDATED: Final = (
    "That command has changed since your Discord loaded it; please try again in a minute."
)
BAD_SETUP: Final = "Riko is not set up properly here. Please tell whoever runs it."

# --- the playground ---------------------------------------------------------------------------

GREETING: Final = (
    "Hi, I am **Riko** and I recommend anime. This is a simulated Discord on your own computer: "
    "type in the box below, nothing leaves this machine.\n"
    f"1. `/rate` {RATINGS_WANTED} titles you know: start typing a name and pick it.\n"
    "2. `/recommend` gives you two lists; the buttons below them teach me more.\n"
    "3. `/search` looks a title up, `/profile set` tells me your age and gender if you like."
)


def utf16_length(text: str) -> int:
    """Return the length of `text` as Discord's own program counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def clip(text: str, limit: int) -> str:
    """Return `text`, cut to `limit` of Discord's characters with an ellipsis if it is longer."""
    if utf16_length(text) <= limit:
        return text
    while utf16_length(text) > limit - 1:
        # cut by the excess at least; astral characters count twice and may need another turn
        text = text[: len(text) - max(1, (utf16_length(text) - limit + 1) // 2)]
    return f"{text.rstrip()}…"


def plain(name: str) -> str:
    """Return `name` so that Discord shows it as it is, also as the text of a link.

    Square brackets would end the link early, so round ones stand in for them.
    """
    return escape_markdown(name.translate(_ROUND), ignore_links=False)


_ROUND: Final = str.maketrans("[]", "()")


def similar_subtitle(kinds: Sequence[tuple[Sequence[str], str]]) -> str:
    """Say what Similar Anime was chosen from: the genres of each kind and a `plain` example."""
    if not kinds:
        return SIMILAR_SUBTITLE
    named = (f"{', '.join(genres)} ({name})" if genres else name for genres, name in kinds)
    return f"your latest ratings point to {' · '.join(named)}"


def unknown_failure(identifier: str) -> str:
    """Say that something nobody foresaw went wrong; the log has `identifier` too."""
    return (
        f"Something went wrong on Riko's side. If it happens again, tell whoever runs Riko here "
        f"this number: `{identifier}`"
    )


def bad_age(minimum: int, maximum: int) -> str:
    """Say which ages can be given."""
    return f"An age is a whole number from {minimum} to {maximum}; you can also leave it out."


def title_not_found(query: object, suggestions: Sequence[str]) -> str:
    """Say that nothing matches, with what may have been meant."""
    hint = f" Did you mean {', '.join(map(plain, suggestions))}?" if suggestions else ""
    return (
        f"No anime found for {plain(shorten(query))}.{hint} "
        "Type a part of its name and pick one of the suggestions."
    )


def facts(title: Title, separator: str = " · ") -> str:
    """Return year and type, as far as known, such as `1998 · TV`."""
    return separator.join(str(fact) for fact in (title.year, title.type) if fact)


def title_choice(title: Title) -> str:
    """Return how a suggestion reads: the name, the romaji name if it differs, year and type."""
    known = facts(title, ", ")
    names = title.display if title.display == title.title else f"{title.display} · {title.title}"
    return f"{names} ({known})" if known else names


def score_of(score: int) -> str:
    """Return a score with its article, such as `a 9` or `an 8`."""
    # a no-break space: a number alone on the next line reads badly
    return f"an\N{NO-BREAK SPACE}{score}" if score == 8 else f"a\N{NO-BREAK SPACE}{score}"


def because(title: str, score: int) -> str:
    """Return why a title is listed; `title` is a name ready to show."""
    return f"because you gave {title} {score_of(score)}"


def number_of_ratings(count: int) -> str:
    """Return how many titles a person has rated."""
    return "1 title rated" if count == 1 else f"{count} titles rated"


def more_ratings(count: int) -> str:
    """Return what to do next for somebody of whose titles the network knows `count`."""
    if count >= RATINGS_WANTED:
        return "`/recommend` has learned from it."
    return f"Rate {RATINGS_WANTED - count} more and `/recommend` gets good."


def rated(change: RatingChange) -> str:
    """Confirm a saved rating and what it replaced."""
    name = plain(change.title.display)
    if change.previous is None:
        what = f"{name}: **{change.score}**, saved."
    elif change.previous == change.score:
        what = f"{name} stays at **{change.score}**."
    else:
        what = f"{name}: {change.previous} → **{change.score}**, saved."
    next_ = more_ratings(change.known_count) if change.known else UNKNOWN_TO_NETWORK
    return f"{what} {number_of_ratings(change.rating_count)}. {next_}"


def choose_score(title: Title) -> str:
    """Ask for the score of `title`."""
    return f"How good is **{plain(title.display)}**?"


def lists_scored(change: RoundScore) -> str:
    """Confirm the score of two lists."""
    score = f"**{change.score}** of 10"
    if change.previous is not None and change.previous != change.score:
        score = f"{change.previous} → {score}"
    return f"Your lists number {change.round_number}: {score}, saved. Thank you!"


def profile_saved(profile: Profile) -> str:
    """Confirm a saved profile."""
    return (
        f"{PROFILE_SAVED} Age: {profile.age if profile.age is not None else NOT_SAID}, "
        f"gender: {profile.gender.value if profile.gender else NOT_SAID}. "
        "Nobody else sees this, and you can change or forget it at any time."
    )


def latest_rating(rating: RatedTitle) -> str:
    """Return one line of the ratings given last."""
    return f"**{rating.score}** · {plain(clip(rating.title.display, 80))}"


def predicted_for_you(predicted: float) -> str:
    """Return the rating Riko expects."""
    return f"Riko thinks you would give it **{predicted:.1f}**."


def you_gave(score: int) -> str:
    """Return the rating a person gave."""
    return f"You gave it **{score}**."


def lists_footer(rating_count: int) -> str:
    """Return what stands below two lists made from `rating_count` ratings."""
    if rating_count >= RATINGS_WANTED:
        return f"{PREDICTED} Based on {rating_count} ratings."
    return f"{PREDICTED} Rate {RATINGS_WANTED - rating_count} more and these lists get much better."


def too_few(count: int, *, personal: bool) -> str:
    """Return why a list is shorter than ten."""
    if personal:
        return f"Only {count} left that fit and that you have not rated yet."
    return f"Only {count} left that fit."


def slow_down(seconds: float) -> str:
    """Ask somebody who asks very often to wait."""
    whole = math.ceil(seconds)
    when = "in a second" if whole <= 1 else f"in {whole} seconds"
    return f"That was quick! Please look at the lists you have; there are new ones {when}."


def cold_start_text(ratings_wanted: int, *, personal: bool) -> str:
    """Invite somebody without ratings, or everybody who reads it, to give some."""
    if not personal:
        return (
            f"The best loved of four genres. Rate {ratings_wanted} titles with `/rate`, and "
            "`/recommend` shows what fits your taste."
        )
    return (
        f"I do not know your taste yet. Rate {ratings_wanted} titles with `/rate`, or pick the "
        "ones you know from the menu below, and `/recommend` will be about you.\n"
        "Until then, the best loved of four genres:"
    )
