from __future__ import annotations

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import R, nDCG

from core.evaluation import metrics
from core.network.rating_matrix import RatingMatrix

PLACES = 20


def matrix(rows: list[set[int]], titles: int) -> RatingMatrix:
    start = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    title = np.array([t for row in rows for t in sorted(row)], dtype=np.int32)
    return RatingMatrix(start, title, np.full(len(title), 9, np.float32), titles)


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, list[set[int]], int]:
    """Rankings of twenty different titles, and what is relevant to each person."""
    titles = draw(st.integers(PLACES, 60))
    people = draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rankings = np.array([random.permutation(titles)[:PLACES] for _ in range(people)], np.int32)
    relevant = [draw(st.sets(st.integers(0, titles - 1), max_size=titles)) for _ in range(people)]
    return rankings, relevant, titles


@given(cases())
def test_ndcg_and_recall_are_those_of_trec_eval(
    case: tuple[np.ndarray, list[set[int]], int],
) -> None:
    rankings, relevant, titles = case
    wanted = matrix(relevant, titles)
    hits = metrics.found(rankings, wanted)
    ndcg = metrics.ndcg(hits, wanted.lengths, 10)
    recall = metrics.recall(hits, wanted.lengths, 20)
    for person, (ranking, good) in enumerate(zip(rankings.tolist(), relevant, strict=True)):
        if not good:
            assert np.isnan(ndcg[person])
            assert np.isnan(recall[person])
            continue
        judged = [ir_measures.Qrel("q", str(title), 1) for title in good]
        run = [
            ir_measures.ScoredDoc("q", str(title), float(-place))
            for place, title in enumerate(ranking)
        ]
        theirs = ir_measures.calc_aggregate([nDCG @ 10, R @ 20], judged, run)
        assert ndcg[person] == pytest.approx(theirs[nDCG @ 10])
        # trec_eval divides by all relevant titles, also by those a list of 20 has no room for.
        theirs_of_possible = theirs[R @ 20] * len(good) / min(len(good), 20)
        assert recall[person] == pytest.approx(theirs_of_possible)


@given(cases())
def test_figures_lie_between_0_and_1_and_do_not_depend_on_how_titles_are_numbered(
    case: tuple[np.ndarray, list[set[int]], int],
) -> None:
    rankings, relevant, titles = case
    other_number = np.random.default_rng(1).permutation(titles).astype(np.int32)
    renamed = [{int(other_number[title]) for title in row} for row in relevant]
    for k in (10, 20):
        both = []
        for lists, wanted in (
            (rankings, matrix(relevant, titles)),
            (other_number[rankings], matrix(renamed, titles)),
        ):
            hits = metrics.found(lists, wanted)
            n = wanted.lengths
            both.append(
                np.stack(
                    [
                        metrics.ndcg(hits, n, k),
                        metrics.recall(hits, n, k),
                        metrics.hit(hits[:, :k], n),
                    ]
                )
            )
        np.testing.assert_allclose(both[0], both[1])
        known = both[0][~np.isnan(both[0])]
        assert ((known >= 0) & (known <= 1 + 1e-12)).all()


@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_perfect_ranking_is_worth_1_and_one_without_a_hit_0(good: int, seed: int) -> None:
    titles = 100
    order = np.random.default_rng(seed).permutation(titles)
    wanted = matrix([set(order[:good].tolist())], titles)
    perfect = order[None, :PLACES].astype(np.int32)
    useless = order[None, good : good + PLACES].astype(np.int32)
    for ranking, worth in ((perfect, 1.0), (useless, 0.0)):
        hits = metrics.found(ranking, wanted)
        assert metrics.ndcg(hits, wanted.lengths, 10)[0] == pytest.approx(worth)
        assert metrics.recall(hits, wanted.lengths, 20)[0] == pytest.approx(worth)
        assert metrics.hit(hits, wanted.lengths)[0] == worth


def test_an_empty_place_is_never_a_hit() -> None:
    # -1 of the second person would be title 4 of the first, were it read as a number.
    wanted = matrix([{4}, {0}], 5)
    lists = np.array([[1, -1], [-1, -1]], dtype=np.int32)
    assert not metrics.found(lists, wanted).any()


def test_coverage_counts_each_listed_title_once() -> None:
    lists = np.array([[1, 2, 3], [3, 2, -1]], dtype=np.int32)
    assert metrics.coverage(lists, 6) == 0.5
