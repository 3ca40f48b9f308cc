"""Titles the network does not know: where they are placed, and what is said of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.catalogue.catalogue import Catalogue
from core.catalogue.franchises import find_parts
from core.catalogue.title import Title
from core.catalogue.write import write_catalogue
from core.network.bundle import Bundle, load_bundle
from core.network.predictor import Prediction
from core.person import Gender, Taste
from core.recommender.engine import Engine
from core.recommender.newcomers.placement import (
    LEAST_RATED,
    NEIGHBOURS,
    Placement,
    place_newcomers,
)
from core.recommender.request import GroupRequest, Ranking, Request
from core.recommender.shelf import Shelf
from tests.command_line import install, predict
from tests.tiny import TITLES, tiny_bundle, tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

TASTE = Taste(25, Gender.FEMALE, ((101, 9), (102, 3), (103, 7), (110, 10)))
ROMANCE = Title(9001, "Nova", type="TV", year=2024, genres=("Shounen", "Supernatural", "Romance"))
SEQUEL = Title(9002, "Chiisana 20 2nd Season", type="Movie", genres=("Slice of Life",))
NOTHING_KNOWN = Title(9003, "Blank", type="TV", year=2024)
NOT_AIRED = replace(ROMANCE, anime_id=9004, title="Soon", status="Not yet aired")
ADULT = replace(ROMANCE, anime_id=9005, title="Late", genres=("Hentai",), adult=True)
NEW = (ROMANCE, SEQUEL, NOTHING_KNOWN, NOT_AIRED, ADULT)


def with_new(*new: Title) -> Catalogue:
    return Catalogue([*tiny_catalogue().titles, *new])


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(tiny_bundle(tmp_path_factory.mktemp("bundle") / "tiny"))


@pytest.fixture(scope="module")
def engine(bundle: Bundle) -> Engine:
    catalogue = with_new(*NEW)
    return Engine(bundle, catalogue, "cpu").over(Shelf(bundle.titles, catalogue, newcomers=True))


def placed(bundle: Bundle, *new: Title) -> Placement:
    catalogue = with_new(*new)
    placement = place_newcomers(bundle.titles, catalogue, find_parts(catalogue))
    assert placement is not None
    return placement


def ranking(engine: Engine, request: Request) -> list[int]:
    [lists] = engine.recommend([replace(request, ranking_size=100)])
    return list(lists.ranking)


def test_what_has_no_genre_or_is_not_on_air_is_left_out(bundle: Bundle) -> None:
    assert placed(bundle, *NEW).ids.tolist() == [9001, 9002]


def test_without_newcomers_there_is_no_placement(bundle: Bundle) -> None:
    assert place_newcomers(bundle.titles, tiny_catalogue(), ()) is None
    assert place_newcomers(bundle.titles, with_new(NOTHING_KNOWN), ()) is None


def test_with_hardly_anything_rated_nothing_is_placed(bundle: Bundle) -> None:
    titles = replace(bundle.titles, counts=np.full(TITLES, LEAST_RATED - 1))
    assert place_newcomers(titles, with_new(ROMANCE), ()) is None


def test_neighbours_are_the_well_known_titles_most_alike(bundle: Bundle) -> None:
    placement = placed(bundle, ROMANCE)
    ids, counts = bundle.titles.ids, bundle.titles.counts
    catalogue = tiny_catalogue()
    rows = placement.neighbours[:, 0]
    assert len(set(rows.tolist())) == NEIGHBOURS
    assert counts[rows].min() >= LEAST_RATED
    genres = [catalogue[anime_id].genres for anime_id in ids[rows].tolist()]
    assert genres[0] == ROMANCE.genres
    assert placement.weights.sum(axis=0) == pytest.approx(1)
    assert np.all(np.diff(placement.weights[:, 0]) <= 0)


def test_the_first_part_is_the_nearest_of_all(bundle: Bundle) -> None:
    placement = placed(bundle, SEQUEL)
    assert bundle.titles.counts[20] >= LEAST_RATED
    assert int(bundle.titles.ids[placement.neighbours[0, 0]]) == 121
    assert placement.weights[0, 0] > 0.5


def test_adult_titles_are_judged_by_adult_ones_alone(bundle: Bundle) -> None:
    assert not set(placed(bundle, *NEW).ids.tolist()) & {9005}, "there are too few to judge by"
    titles = [replace(title, adult=title.anime_id % 3 == 0) for title in tiny_catalogue().titles]
    placement = place_newcomers(bundle.titles, Catalogue([*titles, ADULT, ROMANCE]), ())
    assert placement is not None
    assert placement.ids.tolist() == [9001, 9005]
    near = bundle.titles.ids[placement.neighbours] % 3 == 0
    assert near.all(axis=0).tolist() == [False, True]
    assert not near[:, 0].any()


def test_a_newcomer_is_in_the_cluster_of_its_neighbours(bundle: Bundle) -> None:
    placement = placed(bundle, *NEW)
    own = bundle.titles.clusters.cluster[placement.neighbours]
    for column in range(len(placement)):
        votes = {
            int(number): placement.weights[own[:, column] == number, column].sum()
            for number in own[:, column]
        }
        assert votes[int(placement.cluster[column])] == pytest.approx(max(votes.values()))


def test_extending_weighs_the_neighbours(bundle: Bundle) -> None:
    placement = placed(bundle, *NEW)
    random = np.random.default_rng(0)
    rating, blend = random.normal(7, 1, (2, 3, TITLES)).astype(np.float32)
    extended = placement.extend(Prediction(rating, blend))
    for known, whole in ((rating, extended.rating), (blend, extended.blend)):
        np.testing.assert_array_equal(whole[:, :TITLES], known)
        assert whole.shape == (3, TITLES + len(placement))
    weighed = np.einsum("pkm,km->pm", blend[:, placement.neighbours], placement.weights)
    expected = weighed + blend.std(axis=1)[:, None] * placement.standing
    np.testing.assert_allclose(extended.blend[:, TITLES:], expected, atol=1e-4)
    # who expects a point more of everything expects it of a newcomer
    more = placement.extend(Prediction(rating + 1, blend))
    np.testing.assert_allclose(more.rating, extended.rating + 1, atol=1e-4)


def test_a_better_score_and_more_members_raise_a_newcomer(bundle: Bundle) -> None:
    scored = [
        replace(title, score=float(mean), scored_by=1000, members=1000)
        for title, mean in zip(tiny_catalogue().titles, bundle.titles.means, strict=True)
    ]
    good = replace(ROMANCE, anime_id=9011, score=9.5, scored_by=50_000, members=90_000)
    bad = replace(ROMANCE, anime_id=9012, score=3.0, scored_by=50_000, members=10)
    few = replace(ROMANCE, anime_id=9013, score=3.0, scored_by=5, members=10)
    placement = place_newcomers(bundle.titles, Catalogue([*scored, good, bad, few]), ())
    assert placement is not None
    usual, standing = placement.usual.tolist(), placement.standing.tolist()
    assert usual[0] > usual[2] > usual[1]
    assert standing[0] > standing[1] == standing[2]


def test_newcomers_are_ranked_and_marked(engine: Engine) -> None:
    only = frozenset({9001, 9002, 104})
    [lists] = engine.recommend([Request(TASTE, only=only, want=(9001, 9003))])
    new = {pick.anime_id: pick.new for pick in (*lists.similar, *lists.may_like)}
    assert new == {9001: True, 9002: True, 104: False}
    assert set(lists.predicted) == {9001}
    assert 1 <= lists.predicted[9001] <= 10


def test_rated_excluded_and_adult_newcomers_are_not_listed(engine: Engine) -> None:
    rated = replace(TASTE, ratings=(*TASTE.ratings, (9001, 8)))
    assert {9001, 9005}.isdisjoint(ranking(engine, Request(rated)))
    assert {9002, 9005}.isdisjoint(ranking(engine, Request(TASTE, exclude=frozenset({9002}))))


def test_adult_newcomers_are_listed_only_on_request(bundle: Bundle) -> None:
    titles = [replace(title, adult=title.anime_id % 3 == 0) for title in tiny_catalogue().titles]
    catalogue = Catalogue([*titles, ADULT])
    shelf = Shelf(bundle.titles, catalogue, newcomers=True)
    engine = Engine(bundle, catalogue, "cpu").over(shelf)
    assert 9005 not in ranking(engine, Request(TASTE))
    assert 9005 in ranking(engine, Request(TASTE, allow_adult=True))


def test_newcomers_do_not_change_what_is_said_of_known_titles(
    bundle: Bundle, engine: Engine
) -> None:
    plain = Engine(bundle, tiny_catalogue(), "cpu")
    for order in Ranking:
        request = Request(TASTE, order, want=tuple(range(101, 161)), explain=(105,), blind=(101,))
        [with_, without] = (e.recommend([request])[0] for e in (engine, plain))
        assert with_.predicted == without.predicted
        assert with_.explanations == without.explanations
        assert with_.blind == without.blind
        known = [i for i in ranking(engine, request) if i < 9000]
        assert known == ranking(plain, request)


def test_a_rating_of_a_newcomer_points_to_its_cluster(bundle: Bundle, engine: Engine) -> None:
    taste = Taste(ratings=((101, 9), (9001, 9)))
    [lists] = engine.recommend([Request(taste, latest=1, list_size=5)])
    placement = placed(bundle, *NEW)
    own = int(placement.cluster[0])
    clusters = bundle.titles.clusters.cluster
    rows = [bundle.titles.index_of[p.anime_id] for p in lists.similar if not p.new]
    assert {int(clusters[row]) for row in rows} == {own}


def test_somebody_who_names_only_a_newcomer_means_what_is_like_it(
    bundle: Bundle, engine: Engine
) -> None:
    placement = placed(bundle, *NEW)
    near = bundle.titles.ids[placement.neighbours[:, 0]].tolist()
    stand_in = Taste(ratings=tuple((anime_id, 10) for anime_id in near))
    want = tuple(set(range(101, 161)) - set(near))
    asked = (Taste(ratings=((9001, 10),)), stand_in)
    new, known = engine.recommend([Request(taste, want=want) for taste in asked])
    assert new.predicted == known.predicted
    assert 9001 not in ranking(engine, Request(asked[0]))


def test_reasons_come_through_the_neighbours(bundle: Bundle, engine: Engine) -> None:
    placement = placed(bundle, *NEW)
    near = tuple(bundle.titles.ids[placement.neighbours[:, 0]].tolist())
    taste = Taste(ratings=((150, 9), (151, 2), (152, 10)))
    [lists] = engine.recommend([Request(taste, explain=(9001, *near), with_reasons=True)])
    effects = {
        anime_id: {reason.anime_id: reason.effect for reason in reasons}
        for anime_id, reasons in lists.explanations.items()
    }
    for rated in (150, 151, 152):
        through = sum(
            weight * effects[anime_id][rated]
            for anime_id, weight in zip(near, placement.weights[:, 0].tolist(), strict=True)
        )
        assert effects[9001][rated] == pytest.approx(through, abs=1e-4)


def test_a_list_of_newcomers_has_reasons_too(engine: Engine) -> None:
    request = Request(TASTE, only=frozenset({9001, 9002}), with_reasons=True)
    [lists] = engine.recommend([request])
    for pick in (*lists.similar, *lists.may_like):
        assert pick.reason is None or (pick.reason.effect > 0 and pick.reason.score >= 6)


def test_a_group_is_offered_newcomers(engine: Engine) -> None:
    group = GroupRequest((TASTE, Taste()), only=frozenset({9001, 105}))
    assert {pick.anime_id: pick.new for pick in engine.recommend_for_group(group).picks} == {
        9001: True,
        105: False,
    }


def test_predict_ranks_only_titles_that_the_bundle_knows(tmp_path: Path) -> None:
    home = install(tmp_path)
    write_catalogue(with_new(*NEW), home / "catalogue.parquet")
    line = json.dumps({"id": 1, "ratings": [[101, 9]], "want": [105, 9001]})
    code, [answer] = predict(home, tmp_path, [line])
    assert code == 0
    listed = {pick["anime_id"] for pick in (*answer["similar"], *answer["may_like"])}
    assert {*listed, *answer["ranking"]} <= set(range(101, 161))
    assert set(answer["predicted"]) == {"105"}
