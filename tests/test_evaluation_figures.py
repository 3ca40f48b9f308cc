from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.answers import Answers
from core.evaluation.figures import COVERAGE, Figure, Tally, figures, tally
from core.evaluation.protocol import Profiles, Question, Slice
from core.network.rating_matrix import RatingMatrix

TITLES = 50
PEOPLE = 80
EVERYBODY = ("All people", "everybody")


def question_and_answers(seed: int = 0) -> tuple[Question, Answers]:
    random = np.random.default_rng(seed)
    lengths = random.integers(1, 9, PEOPLE)
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    title = np.concatenate([random.permutation(TITLES)[:n] for n in lengths]).astype(np.int32)
    score = random.integers(1, 11, len(title)).astype(np.float32)
    nothing = RatingMatrix(
        np.zeros(PEOPLE + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32), TITLES
    )
    silent = np.full(PEOPLE, -1, dtype=np.int8)
    question = Question(
        Profiles(nothing, nothing, silent, silent),
        RatingMatrix(start, title, score, TITLES),
        (Slice(*EVERYBODY, np.arange(PEOPLE)), Slice("half", "first", np.arange(PEOPLE // 2))),
    )
    ranking, lists = (
        np.array([random.permutation(TITLES)[:20] for _ in range(PEOPLE)], dtype=np.int32)
        for _ in range(2)
    )
    predicted = (0.4 * score + 4 + random.normal(0, 1, len(score))).astype(np.float32)
    return question, Answers(ranking, lists, predicted)


def tallied(question: Question, answers: Answers) -> dict[tuple[str, str], Tally]:
    counts = np.arange(TITLES, dtype=np.int64)
    return tally(answers, question, np.ones(TITLES, dtype=np.bool_), counts)


def test_rating_figures_are_those_of_the_plain_formulas() -> None:
    question, answers = question_and_answers()
    found = figures([tallied(question, answers)[EVERYBODY]])
    assert answers.predicted is not None
    x, y = answers.predicted.astype(float), question.hidden.score.astype(float)
    assert found["RMSE"].value == pytest.approx(np.sqrt(np.mean((x - y) ** 2)))
    assert found["MAE"].value == pytest.approx(np.mean(np.abs(x - y)))
    assert found["calibration slope"].value == pytest.approx(np.polyfit(x, y, 1)[0])
    own = [(x - y)[question.hidden.user == person] for person in range(PEOPLE)]
    assert found["RMSE per person"].value == pytest.approx(
        np.mean([np.sqrt(np.mean(e**2)) for e in own])
    )
    assert found["MAE per person"].value == pytest.approx(np.mean([np.abs(e).mean() for e in own]))


def test_list_figures_are_means_over_those_who_hid_something_relevant() -> None:
    question, answers = question_and_answers()
    found = figures([tallied(question, answers)[EVERYBODY]])
    hits: list[bool] = []
    recalls: list[float] = []
    for person in range(PEOPLE):
        mine = question.hidden.user == person
        liked = set(question.hidden.title[mine & (question.hidden.score >= 8)].tolist())
        if liked:
            hits.append(bool(liked & set(answers.lists[person].tolist())))
            ranked = liked & set(answers.ranking[person].tolist())
            recalls.append(len(ranked) / min(20, len(liked)))
    assert len(hits) < PEOPLE
    assert found["liked hit in both lists"].value == pytest.approx(np.mean(hits))
    assert found["liked Recall@20"].value == pytest.approx(np.mean(recalls))
    shown = answers.ranking[:, :10]
    assert found["log popularity@10"].value == pytest.approx(np.log1p(shown).mean())
    assert found[COVERAGE].value == len(np.unique(shown)) / TITLES


def test_a_slice_is_measured_on_its_people_alone() -> None:
    question, answers = question_and_answers()
    half = figures([tallied(question, answers)["half", "first"]])
    assert answers.predicted is not None
    inside = question.hidden.user < PEOPLE // 2
    error = (answers.predicted - question.hidden.score)[inside]
    assert half["RMSE"].value == pytest.approx(np.sqrt(np.mean(error.astype(float) ** 2)))


def test_titles_that_cannot_be_listed_are_no_misses() -> None:
    question, answers = question_and_answers()
    ranked = np.ones(TITLES, dtype=np.bool_)
    unlisted = np.setdiff1d(np.arange(TITLES), answers.ranking[0])
    ranked[unlisted] = False
    counts = np.arange(TITLES, dtype=np.int64)
    narrow = tally(answers, question, ranked, counts)[EVERYBODY]
    wide = tallied(question, answers)[EVERYBODY]
    # The first person's twenty titles are then all there is, so each relevant one is found.
    [recall] = [i for i in range(narrow.sums.shape[1]) if narrow.sums[0, i] != wide.sums[0, i]][:1]
    assert narrow.sums[0, recall] > wide.sums[0, recall]
    assert figures([narrow])["RMSE"].value == figures([wide])["RMSE"].value


def test_without_ratings_there_are_no_rating_figures() -> None:
    question, answers = question_and_answers()
    silent = Answers(answers.ranking, answers.lists, None)
    found = figures([tallied(question, silent)[EVERYBODY]])
    assert not {"RMSE", "MAE", "calibration slope"} & set(found)
    assert "liked NDCG@10" in found


def test_predictions_that_are_all_alike_have_no_slope() -> None:
    question, answers = question_and_answers()
    assert answers.predicted is not None
    same = Answers(answers.ranking, answers.lists, np.full_like(answers.predicted, 7.3))
    found = figures([tallied(question, same)[EVERYBODY]])
    assert "calibration slope" not in found
    assert "RMSE" in found


def test_intervals_hold_the_value_and_are_as_wide_as_theory_says() -> None:
    question, answers = question_and_answers()
    one = tallied(question, answers)[EVERYBODY]
    found = figures([one])
    for figure in found.values():
        if figure.low is not None and figure.high is not None:
            assert figure.low <= figure.value <= figure.high
    assert answers.predicted is not None
    error, person = np.abs(answers.predicted - question.hidden.score), question.hidden.user
    errors = np.array([error[person == p].mean() for p in range(PEOPLE)])
    mae = found["MAE per person"]
    assert mae.low is not None
    assert mae.high is not None
    expected = 2 * 1.96 * errors.std() / np.sqrt(PEOPLE)
    assert mae.high - mae.low == pytest.approx(expected, rel=0.15)


def test_several_splits_are_averaged_and_narrow_the_interval() -> None:
    tallies = [tallied(*question_and_answers(seed))[EVERYBODY] for seed in range(3)]
    single = [figures([one])["RMSE"] for one in tallies]
    together = figures(tallies)["RMSE"]
    assert together.value == pytest.approx(np.mean([one.value for one in single]))

    def width(figure: Figure) -> float:
        assert figure.low is not None
        assert figure.high is not None
        return figure.high - figure.low

    assert width(together) < min(map(width, single))
