"""Places titles the network does not know among those it does, and predicts from there.

Every newcomer gets a few known titles that are like it. What the network says of those to a person
is what it can say of the newcomer, with care: the rating is drawn towards the person's own usual
one, and in the ranking a newcomer starts a little behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from core.clusters.clusters import NO_CLUSTER, Clusters
from core.network.predictor import Prediction
from core.recommender.newcomers.content import content_vectors
from core.recommender.newcomers.standing import popularity, usual_ratings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.franchises import Part
    from core.catalogue.title import Title
    from core.network.bundle import TitleTable

NEIGHBOURS: Final = 4
"""How many known titles stand for a newcomer."""

LEAST_RATED: Final = 50
"""Only titles with this many ratings may: of others the network itself knows little."""

NOT_AIRED: Final = "not yet aired"

# All found by hiding known titles, see docs/recommender.md.
_FRANCHISE: Final = 2.0  # how much more alike titles of one franchise are
_SHARPNESS: Final = 6.0  # the power of the likeness by which neighbours are weighed
_TRUST: Final = 0.85  # in what neighbours say of a rating beyond what is usual
_POPULARITY: Final = 0.7  # for a unit of log popularity, in standard deviations of the blend
_BEHIND: Final = 0.15  # where a newcomer starts, in the same unit

_AT_ONCE: Final = 512


@dataclass(frozen=True, slots=True)
class Placement:
    """Newcomers and where they lie; rows of `neighbours` are those of the bundle's title table.

    `learnt` titles are known, so newcomers have the rows from there on. `ids` int32[m].
    `neighbours` intp[k, m] and `weights` float32[k, m], which sum to 1 for each newcomer, the most
    alike first. `usual` float32[m] is what is added to the rating of the neighbours, `standing`
    float32[m] to their blend, in standard deviations of the person's own. `cluster` and `opposite`
    int32[m] are what most of the neighbours have.
    """

    learnt: int
    ids: NDArray[np.int32]
    neighbours: NDArray[np.intp]
    weights: NDArray[np.float32]
    usual: NDArray[np.float32]
    standing: NDArray[np.float32]
    cluster: NDArray[np.int32]
    opposite: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)

    def extend(self, prediction: Prediction) -> Prediction:
        """Return `prediction` with the newcomers' columns behind those of the known titles."""
        expected = (1 - _TRUST) * prediction.rating.mean(axis=1, keepdims=True)
        spread = prediction.blend.std(axis=1, keepdims=True)
        rating, of_rating = self._extended(prediction.rating)
        of_rating *= _TRUST
        of_rating += expected + self.usual
        blend, of_blend = self._extended(prediction.blend)
        of_blend += spread * self.standing
        return Prediction(rating, blend, prediction.presence)

    def _extended(
        self, known: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return `known` with the weighted sums over neighbours behind it, and those alone."""
        people, titles = known.shape
        whole = np.empty((people, titles + len(self)), dtype=np.float32)
        whole[:, :titles] = known
        sums = whole[:, titles:]
        sums[:] = 0
        part = np.empty((people, len(self)), dtype=np.float32)
        # a gather into a buffer at a time: four times quicker than one of [people, m, k]
        for rows, weights in zip(self.neighbours, self.weights, strict=True):
            np.take(known, rows, axis=1, out=part, mode="clip")
            part *= weights
            sums += part
        return whole, sums

    def behind(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the known titles that stand for the titles `rows`, some of which may be newcomers.

        Known ones stand for themselves and come first, then the neighbours of the newcomers.
        """
        new = rows >= self.learnt
        neighbours = self.neighbours[:, rows[new] - self.learnt]
        return np.concatenate([rows[~new], neighbours.ravel()])

    def carried(self, rows: NDArray[np.intp], behind: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return numbers for the titles `rows` from those for the titles `behind` them.

        float32[n, rows] from float32[n, behind].
        """
        new = rows >= self.learnt
        weights = self.weights[:, rows[new] - self.learnt]
        known = int((~new).sum())
        of_neighbours = behind[:, known:].reshape(len(behind), *weights.shape)
        whole = np.empty((len(behind), len(rows)), dtype=np.float32)
        whole[:, ~new] = behind[:, :known]
        whole[:, new] = np.einsum("nkm,km->nm", of_neighbours, weights)
        return whole


def place_newcomers(
    titles: TitleTable, catalogue: Catalogue, parts: Sequence[Part]
) -> Placement | None:
    """Return where the titles of `catalogue` lie that the network of `titles` does not know.

    `parts` are the catalogue's franchises. Titles without a genre, or not on air yet, are left out,
    and adult titles are judged only by adult ones. None if there is nothing to place.
    """
    known_ids: set[int] = set(titles.ids.tolist())
    new = [
        title
        for title in catalogue.titles
        if title.anime_id not in known_ids
        and title.genres
        and (title.status or "").casefold() != NOT_AIRED
    ]
    found = {
        row: title
        for row, anime_id in enumerate(titles.ids.tolist())
        if titles.counts[row] >= LEAST_RATED and (title := catalogue.get(anime_id)) is not None
    }
    if len(found) < NEIGHBOURS or not new:
        return None
    rows = np.array(list(found), dtype=np.intp)
    known = list(found.values())
    places, near, likeness = _nearest(known, new, parts)
    if not len(places):
        return None
    rest: list[int] = places.tolist()
    new = [new[place] for place in rest]
    weights = likeness**_SHARPNESS
    weights /= weights.sum(axis=0)
    neighbours = rows[near]
    usual, standing = _own_standing(titles, rows, known, new, near, weights)
    cluster, opposite = _vote(titles.clusters, neighbours, weights)
    return Placement(
        learnt=len(titles.ids),
        ids=np.array([title.anime_id for title in new], dtype=np.int32),
        neighbours=np.ascontiguousarray(neighbours),
        weights=np.ascontiguousarray(weights.astype(np.float32)),
        usual=usual,
        standing=standing,
        cluster=cluster,
        opposite=opposite,
    )


def with_newcomers(clusters: Clusters, placement: Placement) -> Clusters:
    """Return `clusters` with the newcomers' behind those of the known titles."""
    return Clusters(
        np.concatenate([clusters.cluster, placement.cluster]),
        np.concatenate([clusters.opposite, placement.opposite]),
        clusters.neighbours,
    )


def _nearest(
    known: Sequence[Title], new: Sequence[Title], parts: Sequence[Part]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Return which of `new` are placed, which of `known` are near them, and how alike these are.

    intp[m], then intp[k, m] and float32[k, m] with the most alike first.
    """
    vectors = content_vectors([*known, *new])
    of_known, of_new = vectors[: len(known)], vectors[len(known) :]
    franchise_of = {part.anime_id: part.franchise for part in parts}
    placed = [np.empty(0, dtype=np.intp)]
    near = [np.empty((0, NEIGHBOURS), dtype=np.intp)]
    likeness = [np.empty((0, NEIGHBOURS), dtype=np.float32)]
    for adult in (False, True):
        columns = np.flatnonzero([title.adult == adult for title in known])
        if len(columns) < NEIGHBOURS:
            continue
        vectors = of_known[columns]
        together: dict[int, list[int]] = {}
        own: list[int] = columns.tolist()
        for column, place in enumerate(own):
            if (number := franchise_of.get(known[place].anime_id)) is not None:
                together.setdefault(number, []).append(column)
        everybody = np.flatnonzero([title.adult == adult for title in new])
        for first in range(0, len(everybody), _AT_ONCE):
            some = everybody[first : first + _AT_ONCE]
            alike = of_new[some] @ vectors.T
            places: list[int] = some.tolist()
            for row, place in enumerate(places):
                number = franchise_of.get(new[place].anime_id)
                if number in together:
                    alike[row, together[number]] += _FRANCHISE
            best = np.argpartition(alike, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS:]
            values = np.take_along_axis(alike, best, axis=1)
            order = np.argsort(-values, axis=1, kind="stable")
            placed.append(some)
            near.append(columns[np.take_along_axis(best, order, axis=1)])
            likeness.append(np.take_along_axis(values, order, axis=1))
    values = np.concatenate(likeness)
    there = values[:, 0] > 0
    return np.concatenate(placed)[there], np.concatenate(near)[there].T, values[there].T


def _own_standing(
    titles: TitleTable,
    rows: NDArray[np.intp],
    known: Sequence[Title],
    new: Sequence[Title],
    near: NDArray[np.intp],
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what to add to the ratings, and to the blend, of the newcomers' neighbours."""
    counts, means = titles.counts[rows], titles.means[rows]
    usual, usual_of_new = usual_ratings(counts, means, known, new, near, weights)
    neighbours = (weights * usual[near]).sum(axis=0)
    expected = _TRUST * neighbours + (1 - _TRUST) * usual.mean()
    standing = popularity(new) - (weights * popularity(known)[near]).sum(axis=0)
    # of whom it is not known, nothing is said
    standing = _POPULARITY * np.nan_to_num(standing) - _BEHIND
    return (usual_of_new - expected).astype(np.float32), standing.astype(np.float32)


def _vote(
    clusters: Clusters, neighbours: NDArray[np.intp], weights: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the cluster that most of the neighbours are in, by weight, and its opposite."""
    own = clusters.cluster[neighbours]
    in_one = (own[:, None] == own[None]) & (own != NO_CLUSTER)
    votes = (in_one * weights).sum(axis=1)
    winner = neighbours[votes.argmax(axis=0), np.arange(neighbours.shape[1])]
    return clusters.cluster[winner], clusters.opposite[winner]
