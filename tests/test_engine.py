from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.network.bundle import Bundle, load_bundle
from core.person import Gender, Taste
from core.recommender.engine import LISTED_FROM, Engine
from core.recommender.reasons import MOST_EXPLAINED
from core.recommender.request import GroupRequest, Ranking, Request
from core.recommender.shelf import Shelf
from tests.tiny import ADULT_IDS, FIRST_ID, TITLES, tiny_bundle, tiny_catalogue


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(tiny_bundle(tmp_path_factory.mktemp("bundle") / "tiny"))


@pytest.fixture(scope="module")
def engine(bundle: Bundle) -> Engine:
    return Engine(bundle, tiny_catalogue(), "cpu")


TASTE = Taste(25, Gender.FEMALE, ((101, 9), (102, 3), (103, 7), (110, 10)))


def ids(picks: object) -> list[int]:
    return [pick.anime_id for pick in picks]  # pyright: ignore


def test_lists_are_full_disjoint_unrated_and_without_adult_titles(engine: Engine) -> None:
    [lists] = engine.recommend([Request(TASTE)])
    similar, may_like = ids(lists.similar), ids(lists.may_like)
    assert len(similar) == len(may_like) == 10
    assert not set(similar) & set(may_like)
    assert not (set(similar) | set(may_like)) & (ADULT_IDS | {101, 102, 103, 110})


def test_similar_comes_from_the_clusters_the_latest_three_ratings_point_to(
    engine: Engine, bundle: Bundle
) -> None:
    [lists] = engine.recommend([Request(TASTE, list_size=5)])
    table = bundle.titles
    index = table.index_of
    own = {int(table.clusters.cluster[index[anime_id]]) for anime_id in (103, 110)}
    opposite = int(table.clusters.opposite[index[102]])
    found = {int(table.clusters.cluster[index[i]]) for i in ids(lists.similar)}
    assert found <= own | {opposite}
    outside = {int(table.clusters.cluster[index[i]]) for i in ids(lists.may_like)}
    assert not outside & (own | {opposite})


@pytest.mark.parametrize("list_size", [2, 5, 8, 12, 20, 29])
@pytest.mark.parametrize("score", [1, 4, 9])
def test_what_the_person_would_dislike_is_listed_only_for_want_of_others(
    engine: Engine, bundle: Bundle, list_size: int, score: int
) -> None:
    bot = engine.over(Shelf(bundle.titles, tiny_catalogue(), franchises=True))
    request = Request(
        Taste(ratings=((103, score), (110, score))),
        list_size=list_size,
        want=tuple(range(FIRST_ID, FIRST_ID + TITLES)),
    )
    [lists] = bot.recommend([request])
    listed = {*ids(lists.similar), *ids(lists.may_like)}
    others = lists.predicted.keys() - ADULT_IDS - {103, 110}
    liked = {anime_id for anime_id in others if lists.predicted[anime_id] >= LISTED_FROM}
    assert len(listed) == min(2 * list_size, len(others))
    if len(liked) >= 2 * list_size:
        assert listed <= liked
    else:
        [plain] = engine.recommend([request])
        assert (lists.similar, lists.may_like) == (plain.similar, plain.may_like)


def test_lists_are_ordered_by_predicted_rating_when_asked(engine: Engine) -> None:
    [lists] = engine.recommend([Request(TASTE, Ranking.PREDICTED, ranking_size=TITLES)])
    wanted = engine.recommend([Request(TASTE, want=lists.ranking)])[0].predicted
    ratings = [wanted[anime_id] for anime_id in lists.ranking]
    assert ratings == sorted(ratings, reverse=True)
    assert len(lists.ranking) == TITLES - len(ADULT_IDS) - len(TASTE.ratings)


def test_a_batch_answers_as_each_request_alone(engine: Engine) -> None:
    requests = [
        Request(Taste()),
        Request(TASTE, with_reasons=True),
        Request(replace(TASTE, ratings=((150, 2),)), ranking_size=5, want=(101, 9999)),
    ]
    together = engine.recommend(requests)
    alone = [engine.recommend([request])[0] for request in requests]
    assert [ids(lists.similar) for lists in together] == [ids(lists.similar) for lists in alone]
    assert [ids(lists.may_like) for lists in together] == [ids(lists.may_like) for lists in alone]


def test_one_persons_answer_does_not_depend_on_who_asked_before(engine: Engine) -> None:
    before = engine.recommend([Request(TASTE, want=tuple(range(101, 161)))])
    engine.recommend([Request(Taste(40, Gender.MALE, tuple((i, 10) for i in range(111, 131))))])
    assert engine.recommend([Request(TASTE, want=tuple(range(101, 161)))]) == before


def test_reasons_name_a_rating_of_the_person_that_speaks_for_the_title(engine: Engine) -> None:
    [lists] = engine.recommend([Request(TASTE, with_reasons=True)])
    reasons = [pick.reason for pick in (*lists.similar, *lists.may_like) if pick.reason]
    assert reasons
    for reason in reasons:
        assert (reason.anime_id, reason.score) in TASTE.ratings
        assert reason.score >= 6, "a disliked title is no reason"
        assert reason.effect > 0


def test_excluded_and_unknown_titles_never_show(bundle: Bundle) -> None:
    known = list(tiny_catalogue().titles)[:30]
    engine = Engine(bundle, type(tiny_catalogue())(known), "cpu")
    hidden = frozenset({115, 116, 117})
    [lists] = engine.recommend([Request(TASTE, exclude=hidden, ranking_size=TITLES)])
    assert set(lists.ranking) <= {title.anime_id for title in known} - hidden
    assert set(ids(lists.similar)) | set(ids(lists.may_like)) <= set(lists.ranking)


def test_adult_titles_are_ranked_only_on_request(engine: Engine) -> None:
    [lists] = engine.recommend([Request(TASTE, allow_adult=True, ranking_size=TITLES)])
    assert set(lists.ranking) >= ADULT_IDS


def test_everything_rated_leaves_empty_lists(engine: Engine) -> None:
    taste = Taste(ratings=tuple((FIRST_ID + i, 8) for i in range(TITLES)))
    [lists] = engine.recommend([Request(taste, ranking_size=100)])
    assert (lists.similar, lists.may_like, lists.ranking) == ((), (), ())


def test_one_rating_and_no_rating_both_fill_the_lists(engine: Engine) -> None:
    for ratings in ((), ((120, 4),), ((999_999, 9),)):
        [lists] = engine.recommend([Request(Taste(ratings=ratings))])
        assert len(lists.similar) == len(lists.may_like) == 10


def test_a_rated_title_without_cluster_gives_way_to_the_next_older(
    bundle: Bundle,
) -> None:
    clusters = bundle.titles.clusters
    cluster = clusters.cluster.copy()
    cluster[bundle.titles.index_of[110]] = -1
    titles = replace(bundle.titles, clusters=replace(clusters, cluster=cluster))
    engine = Engine(replace(bundle, titles=titles), tiny_catalogue(), "cpu")
    taste = Taste(ratings=((105, 9), (110, 9)))
    [lists] = engine.recommend([Request(taste, latest=1, list_size=5)])
    expected = int(cluster[titles.index_of[105]])
    assert {int(cluster[titles.index_of[i]]) for i in ids(lists.similar)} == {expected}


def test_a_taste_holds_each_title_once() -> None:
    with pytest.raises(ValueError, match="rated twice"):
        Taste(ratings=((101, 9), (102, 3), (101, 4)))
    again = Taste.of(iter([(101, 9), (102, 3), (101, 4)]), 30, Gender.FEMALE)
    assert again == Taste(30, Gender.FEMALE, ((102, 3), (101, 4)))


def test_age_and_gender_change_the_prediction_and_both_may_be_missing(engine: Engine) -> None:
    def ratings(age: int | None, gender: Gender | None) -> dict[int, float]:
        want = tuple(range(101, 161))
        return dict(engine.recommend([Request(Taste(age, gender), want=want)])[0].predicted)

    answers = [
        ratings(None, None),
        ratings(None, Gender.MALE),
        ratings(None, Gender.FEMALE),
        *(ratings(age, None) for age in (10, 11, 16, 20)),
    ]
    assert len({tuple(np.round(list(a.values()), 4)) for a in answers}) == len(answers)
    assert ratings(16, None) == ratings(19, None)


def test_the_pool_is_named_after_what_is_in_it(engine: Engine, bundle: Bundle) -> None:
    [lists] = engine.recommend([Request(TASTE)])
    clusters, index = bundle.titles.clusters, bundle.titles.index_of
    chosen = clusters.chosen([(index[110], 10), (index[103], 7), (index[102], 3)], 6)
    assert len(lists.pool) == len(chosen)
    for number, name in zip(chosen, lists.pool, strict=True):
        assert {int(clusters.cluster[index[i]]) for i in name.examples} == {number}
        assert not ADULT_IDS & set(name.examples)


def test_reasons_are_looked_for_among_the_best_liked_and_of_those_the_latest(
    engine: Engine,
) -> None:
    many = tuple((FIRST_ID + i, 6 + (i % 5 == 0) * 4) for i in range(8, 58))
    [lists] = engine.recommend([Request(Taste(ratings=many), with_reasons=True)])
    reasons = {pick.reason.anime_id for pick in (*lists.similar, *lists.may_like) if pick.reason}
    assert reasons
    best_liked = [anime_id for anime_id, score in many if score == 10]
    assert reasons <= {*best_liked, many[-1][0], many[-2][0]}


def test_only_the_named_titles_are_listed_and_the_pool_stays(engine: Engine) -> None:
    [free] = engine.recommend([Request(TASTE)])
    only = frozenset(range(120, 150)) | {101, *ADULT_IDS, 999_999}
    [lists] = engine.recommend([Request(TASTE, only=only, ranking_size=TITLES)])
    assert set(lists.ranking) == set(range(120, 150)) - ADULT_IDS
    assert set(ids(lists.similar)) | set(ids(lists.may_like)) <= set(lists.ranking)
    assert lists.pool == free.pool
    [none] = engine.recommend([Request(TASTE, only=frozenset())])
    assert (none.similar, none.may_like, none.ranking) == ((), (), ())


def test_an_explanation_has_each_rating_with_the_strongest_effect_first(engine: Engine) -> None:
    [lists] = engine.recommend([Request(TASTE, explain=(150, 101, 9999), with_reasons=True)])
    assert set(lists.explanations) == {150, 101}
    reasons = lists.explanations[150]
    assert {(reason.anime_id, reason.score) for reason in reasons} == set(TASTE.ratings)
    strengths = [abs(reason.effect) for reason in reasons]
    assert strengths == sorted(strengths, reverse=True)
    assert 101 not in {reason.anime_id for reason in lists.explanations[101]}

    pick = next(pick for pick in (*lists.similar, *lists.may_like) if pick.reason)
    explained = engine.recommend([Request(TASTE, explain=(pick.anime_id,))])[0].explanations
    for reason in explained[pick.anime_id]:
        if pick.reason and reason.anime_id == pick.reason.anime_id:
            assert reason.effect == pytest.approx(pick.reason.effect, abs=1e-4)


def test_a_long_profile_is_explained_by_its_latest_best_and_worst_ratings(engine: Engine) -> None:
    scores = [7] * 50
    scores[3], scores[4], scores[20], scores[21] = 1, 10, 2, 9
    taste = Taste(ratings=tuple((FIRST_ID + i, score) for i, score in enumerate(scores)))
    [lists] = engine.recommend([Request(taste, explain=(155,))])
    reasons = lists.explanations[155]
    assert len(reasons) == MOST_EXPLAINED
    telling = {FIRST_ID + i for i in (3, 4, 20, 21, 45, 46, 47, 48, 49)}
    assert telling <= {reason.anime_id for reason in reasons}
    assert engine.recommend([Request(Taste(), explain=(155,))])[0].explanations == {155: ()}


def test_a_blind_prediction_does_not_know_the_rating_itself(engine: Engine) -> None:
    [lists] = engine.recommend([Request(TASTE, blind=(102, 150, 110, 9999))])
    assert set(lists.blind) == {102, 110}
    for anime_id, predicted in lists.blind.items():
        rest = tuple(pair for pair in TASTE.ratings if pair[0] != anime_id)
        request = Request(replace(TASTE, ratings=rest), want=(anime_id,))
        [other] = engine.recommend([request])
        assert predicted == pytest.approx(other.predicted[anime_id], abs=1e-3)


def test_a_group_gets_titles_none_of_them_has_rated_with_a_prediction_each(
    engine: Engine,
) -> None:
    other = Taste(ratings=((120, 8), (121, 2), (101, 4)))
    hidden = frozenset({130, 131})
    group = GroupRequest((TASTE, other, Taste()), exclude=hidden, size=40)
    picks = engine.recommend_for_group(group).picks
    shown = {pick.anime_id for pick in picks}
    assert len(shown) == len(picks) == 40
    assert not shown & (ADULT_IDS | hidden | {101, 102, 103, 110, 120, 121})
    for place, taste in enumerate(group.tastes):
        [lists] = engine.recommend([Request(taste, want=tuple(shown))])
        for pick in picks:
            assert pick.predicted[place] == pytest.approx(lists.predicted[pick.anime_id], abs=1e-3)

    few = replace(group, only=frozenset({140, 141, 101}), size=10)
    assert {pick.anime_id for pick in engine.recommend_for_group(few).picks} == {140, 141}
    assert engine.recommend_for_group(replace(few, only=frozenset())).picks == ()


def test_a_group_of_one_gets_that_persons_own_order(engine: Engine) -> None:
    [lists] = engine.recommend([Request(TASTE, ranking_size=10)])
    picks = engine.recommend_for_group(GroupRequest((TASTE,))).picks
    assert tuple(ids(picks)) == lists.ranking


def test_a_group_needs_a_member() -> None:
    with pytest.raises(ValueError, match="at least one member"):
        GroupRequest(())
