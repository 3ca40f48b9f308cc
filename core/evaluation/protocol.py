"""The protocol: whole people held out, a fifth of their ratings hidden, what is shown of the rest.

Every choice hangs on a hash of user and title, so two runs, and two machines, ask the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from core.evaluation.data import only_users, over_titles
from core.network.holdout import held_out_users, mixed
from core.network.rating_matrix import RatingMatrix
from core.person import LIKED_FROM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.evaluation.data import EvaluationData
    from core.network.training_data import TrainingData

LATEST: Final = (1, 3, 5, 10)
"""Profiles are also measured cut to this many of their latest shown ratings."""
LEAST_RATINGS: Final = 10
"""People with this many ratings or more are reported apart from those who only tried it out."""

ALL_PEOPLE: Final = "All people"
ACTIVE_PEOPLE: Final = f"People with {LEAST_RATINGS} ratings or more"
PROFILE_CUT: Final = "Profiles cut to the latest ratings"
PROFILE_SIZE: Final = "Profiles by ratings shown"

_BANDS: Final = ((1, 10), (10, 20), (20, 50), (50, 150), (150, None))


@dataclass(frozen=True, slots=True)
class Profiles:
    """What a recommender is told of people, and what it must not list.

    `shown` are their ratings, latest last. `left_out` are ratings they also gave that are neither
    shown nor asked for: a title of these is never listed. `gender` and `bracket` int8[users] are
    as in `TrainingData`.
    """

    shown: RatingMatrix
    left_out: RatingMatrix
    gender: NDArray[np.int8]
    bracket: NDArray[np.int8]

    def __len__(self) -> int:
        return self.shown.users

    def rows(self, users: NDArray[np.intp]) -> Profiles:
        """Return only the people `users`, in this order."""
        return Profiles(
            self.shown.rows(users),
            self.left_out.rows(users),
            self.gender[users],
            self.bracket[users],
        )


@dataclass(frozen=True, slots=True)
class Slice:
    """A group of people a figure is reported for; `users` are rows of their question."""

    group: str
    name: str
    users: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Question:
    """Profiles, the ratings hidden from them (same rows), and who is reported together."""

    profiles: Profiles
    hidden: RatingMatrix
    slices: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Exam:
    """One split: whom baselines learn from, and the questions put to everything measured.

    `ids` int32[titles] is the order of titles everywhere; `ranked` bool[titles] marks those that
    may be listed. `reach` is the share of the held-out people's ratings of 8 or more
    that were given to ranked titles, the most that any list could find.
    """

    split: int
    ids: NDArray[np.int32]
    ranked: NDArray[np.bool_]
    training: TrainingData
    questions: tuple[Question, ...]
    reach: float


def prepare(
    data: EvaluationData, split: int, ids: NDArray[np.int32], ranked: NDArray[np.bool_]
) -> Exam:
    """Hold out the people of `split` and hide a fifth of their ratings of the titles `ids`.

    People with fewer than two ratings of these titles are left out. Raises `ValueError` for an
    unknown split.
    """
    everybody = over_titles(data.training, ids)
    out = held_out_users(data.training.user_ids, split)
    people = np.flatnonzero(out & (everybody.ratings.lengths >= 2))
    rows = _shuffled(everybody.ratings.rows(people), data.training.user_ids[people], ids)
    hidden = _is_hidden(rows)
    profiles = Profiles(
        shown=rows.only(~hidden),
        left_out=rows.only(np.zeros_like(hidden)),
        gender=everybody.gender[people],
        bracket=everybody.bracket[people],
    )
    full = Question(profiles, rows.only(hidden), _slices(profiles, rows, data.group[people]))
    all_ratings = data.training.ratings.rows(np.flatnonzero(out))
    liked = int((all_ratings.score >= LIKED_FROM).sum())
    listed = everybody.ratings.rows(np.flatnonzero(out))
    reached = int((ranked[listed.title] & (listed.score >= LIKED_FROM)).sum())
    training_people = np.flatnonzero(~out & (everybody.ratings.lengths > 0))
    return Exam(
        split=split,
        ids=ids,
        ranked=ranked,
        training=only_users(everybody, training_people),
        questions=(full, *_cut(full)),
        reach=reached / max(liked, 1),
    )


def slice_names(exams: Sequence[Exam]) -> list[tuple[str, str]]:
    """Return group and name of all slices, in the order in which they are reported."""
    found = [
        (part.group, part.name)
        for exam in exams
        for question in exam.questions
        for part in question.slices
    ]
    return list(dict.fromkeys(found))


def _shuffled(
    ratings: RatingMatrix, user_ids: NDArray[np.int64], ids: NDArray[np.int32]
) -> RatingMatrix:
    """Return `ratings` with each row in its fixed random order."""
    key = mixed(mixed(user_ids)[ratings.user] ^ mixed(ids)[ratings.title])
    order = np.lexsort((key, ratings.user))
    return RatingMatrix(ratings.start, ratings.title[order], ratings.score[order], ratings.titles)


def _is_hidden(ratings: RatingMatrix) -> NDArray[np.bool_]:
    """Mark the first fifth of each row, at least one rating, bool[ratings]."""
    hidden = np.maximum(1, (ratings.lengths + 2) // 5)
    return _place_in_row(ratings) < hidden[ratings.user]


def _place_in_row(ratings: RatingMatrix) -> NDArray[np.int64]:
    return np.arange(len(ratings.title)) - ratings.start[ratings.user]


def _slices(
    profiles: Profiles, ratings: RatingMatrix, population: NDArray[np.str_]
) -> tuple[Slice, ...]:
    active = ratings.lengths >= LEAST_RATINGS
    slices: list[Slice] = []
    for group, inside in ((ACTIVE_PEOPLE, active), (ALL_PEOPLE, np.ones_like(active))):
        slices.append(Slice(group, "everybody", np.flatnonzero(inside)))
        names = [str(name) for name in np.unique(population)]
        if len(names) > 1:
            slices += [Slice(group, n, np.flatnonzero(inside & (population == n))) for n in names]
    shown = profiles.shown.lengths
    for least, below in _BANDS:
        inside = (shown >= least) & (shown < (below or np.inf))
        name = f"{least}–{below - 1}" if below else f"{least} or more"
        slices.append(Slice(PROFILE_SIZE, name, np.flatnonzero(inside)))
    return tuple(part for part in slices if len(part.users))


def _cut(full: Question) -> list[Question]:
    """Return the question with profiles cut short, always put to the same people.

    These are the people who could show the most, so only the length of the profile differs. What
    is cut away is not listed either: it is no news to them, and no miss.
    """
    people = np.flatnonzero(full.profiles.shown.lengths >= max(LATEST))
    if not len(people):
        return []
    profiles, hidden = full.profiles.rows(people), full.hidden.rows(people)
    shown = profiles.shown
    left = shown.lengths[shown.user] - _place_in_row(shown)
    everybody = np.arange(len(people))
    return [
        Question(
            Profiles(
                shown.only(left <= latest),
                shown.only(left > latest),
                profiles.gender,
                profiles.bracket,
            ),
            hidden,
            (Slice(PROFILE_CUT, str(latest), everybody),),
        )
        for latest in LATEST
    ]
