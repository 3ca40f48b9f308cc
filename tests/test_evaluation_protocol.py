from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.data import EvaluationData, read_evaluation_data
from core.evaluation.protocol import (
    ACTIVE_PEOPLE,
    ALL_PEOPLE,
    LATEST,
    PROFILE_CUT,
    PROFILE_SIZE,
    Exam,
    prepare,
)
from core.network.holdout import SPLITS, held_out_users
from tests.evaluation_data import PEOPLE, Files, planted_files

if TYPE_CHECKING:
    from pathlib import Path

    from core.network.rating_matrix import RatingMatrix


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return planted_files(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def data(files: Files) -> EvaluationData:
    return read_evaluation_data(files.ratings, files.users)


@pytest.fixture(scope="module")
def exam(data: EvaluationData) -> Exam:
    ids = data.training.ids
    return prepare(data, 0, ids, np.ones(len(ids), dtype=np.bool_))


def held_out_ids(data: EvaluationData, split: int) -> list[int]:
    """Ids of the people of the exam, in its order: those with two ratings or more."""
    out = held_out_users(data.training.user_ids, split)
    enough = data.training.ratings.lengths >= 2
    return data.training.user_ids[out & enough].tolist()


def row(matrix: RatingMatrix, number: int) -> list[tuple[int, float]]:
    place = slice(matrix.start[number], matrix.start[number + 1])
    return list(zip(matrix.title[place].tolist(), matrix.score[place].tolist(), strict=True))


@given(st.sets(st.integers(0, 2**31 - 1), min_size=1))
def test_everybody_is_held_out_exactly_once_whoever_else_is_there(people: set[int]) -> None:
    ids = np.array(sorted(people))
    times = np.sum([held_out_users(ids, split) for split in range(SPLITS)], axis=0)
    assert (times == 1).all()
    alone = [bool(held_out_users(ids[i : i + 1], 3)[0]) for i in range(len(ids))]
    assert held_out_users(ids, 3).tolist() == alone


def test_who_is_held_out_never_changes() -> None:
    """Bundles made by an older version would otherwise be measured on people they learned from."""
    assert np.flatnonzero(held_out_users(np.arange(60), 0)).tolist() == [2, 18, 29, 30, 31, 43]
    assert np.flatnonzero(held_out_users(np.arange(60, dtype=np.int32), 9)).tolist() == [17, 34, 50]


def test_every_split_holds_out_about_a_tenth() -> None:
    shares = [held_out_users(np.arange(100_000), split).mean() for split in range(SPLITS)]
    assert np.abs(np.array(shares) - 0.1).max() < 0.005


@pytest.mark.parametrize("split", [-1, SPLITS])
def test_an_unknown_split_is_refused(split: int) -> None:
    with pytest.raises(ValueError, match="not between"):
        held_out_users(np.arange(3), split)


def test_nobody_is_both_trained_on_and_asked(data: EvaluationData, exam: Exam) -> None:
    people = held_out_ids(data, 0)
    assert people
    assert len(exam.questions[0].profiles) == len(people)
    assert not set(people) & set(exam.training.user_ids.tolist())
    out = int(held_out_users(data.training.user_ids, 0).sum())
    assert exam.training.ratings.users == PEOPLE - out


def test_a_fifth_is_hidden_and_nothing_lost_or_made_up(data: EvaluationData, exam: Exam) -> None:
    question = exam.questions[0]
    by_id = {user: number for number, user in enumerate(data.training.user_ids.tolist())}
    for number, user in enumerate(held_out_ids(data, 0)):
        everything = row(data.training.ratings, by_id[user])
        shown, hidden = row(question.profiles.shown, number), row(question.hidden, number)
        assert sorted(shown + hidden) == sorted(everything)
        assert len(hidden) == max(1, (len(everything) + 2) // 5)
        assert abs(len(hidden) - 0.2 * len(everything)) <= 0.6


def test_the_order_of_rows_and_other_people_change_nothing(
    data: EvaluationData, exam: Exam, files: Files, tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = pd.read_parquet(files.ratings)
    people = held_out_ids(data, 0)
    few = table[table["user_id"].isin(people) | (table["user_id"] % 2 == 0)]
    path = tmp_path_factory.mktemp("shuffled") / "ratings.parquet"
    few.sample(frac=1, random_state=3).to_parquet(path)
    ids = data.training.ids
    again = prepare(
        read_evaluation_data(path, files.users), 0, ids, np.ones(len(ids), dtype=np.bool_)
    )
    for mine, other in zip(exam.questions, again.questions, strict=True):
        for a, b in (
            (mine.hidden, other.hidden),
            (mine.profiles.shown, other.profiles.shown),
            (mine.profiles.left_out, other.profiles.left_out),
        ):
            np.testing.assert_array_equal(a.start, b.start)
            np.testing.assert_array_equal(a.title, b.title)


def test_short_profiles_are_the_latest_ratings_and_the_rest_is_not_listed(exam: Exam) -> None:
    full, *short = exam.questions
    people = np.flatnonzero(full.profiles.shown.lengths >= max(LATEST))
    assert len(people) > 5
    assert [q.slices[0].name for q in short] == [str(latest) for latest in LATEST]
    for latest, question in zip(LATEST, short, strict=True):
        assert len(question.profiles) == len(people)
        for number, person in enumerate(people.tolist()):
            everything = row(full.profiles.shown, person)
            assert row(question.profiles.shown, number) == everything[-latest:]
            assert row(question.profiles.left_out, number) == everything[:-latest]
            assert row(question.hidden, number) == row(full.hidden, person)


def test_slices_are_what_their_names_say(data: EvaluationData, exam: Exam) -> None:
    question = exam.questions[0]
    slices = {(part.group, part.name): part.users for part in question.slices}
    total = question.profiles.shown.lengths + question.hidden.lengths
    assert (total[slices[ACTIVE_PEOPLE, "everybody"]] >= 10).all()
    assert len(slices[ALL_PEOPLE, "everybody"]) == len(total)
    by_name = {name: users for (group, name), users in slices.items() if group == ALL_PEOPLE}
    # Kind 1 of the made-up people comes from a source that is reported apart.
    kinds = np.array(held_out_ids(data, 0)) % 3
    assert set(by_name) == {"everybody", "named", "named (caserec)", "heavy"}
    for name, kind in (("named", 0), ("named (caserec)", 1), ("heavy", 2)):
        np.testing.assert_array_equal(by_name[name], np.flatnonzero(kinds == kind))
    bands = [users for (group, _), users in slices.items() if group == PROFILE_SIZE]
    assert sorted(np.concatenate(bands).tolist()) == list(range(len(total)))
    assert all(part.group == PROFILE_CUT for q in exam.questions[1:] for part in q.slices)


def test_reach_is_what_part_of_the_liked_can_be_listed(data: EvaluationData) -> None:
    ids = data.training.ids
    ranked = np.arange(len(ids)) % 2 == 0
    exam = prepare(data, 0, ids, ranked)
    out = data.training.ratings.rows(np.flatnonzero(held_out_users(data.training.user_ids, 0)))
    liked = out.score >= 8
    assert exam.reach == pytest.approx(ranked[out.title[liked]].mean())


def test_a_bundle_decides_which_titles_and_in_which_order(data: EvaluationData) -> None:
    ids = np.array([999_999, *data.training.ids[::-2].tolist()], dtype=np.int32)
    exam = prepare(data, 1, ids, np.ones(len(ids), dtype=np.bool_))
    hidden = exam.questions[0].hidden
    assert hidden.titles == len(ids)
    number = {anime_id: i for i, anime_id in enumerate(data.training.ids.tolist())}
    everybody = data.training.ratings.counts()
    asked = exam.training.ratings.counts() + hidden.counts()
    asked += exam.questions[0].profiles.shown.counts()
    assert asked[0] == 0
    for i, anime_id in enumerate(ids.tolist()[1:], start=1):
        # People with a single rating of these titles are neither asked nor trained on.
        assert 0.9 * everybody[number[anime_id]] - 3 <= asked[i] <= everybody[number[anime_id]]


def test_files_without_population_and_source_still_do(files: Files, tmp_path: Path) -> None:
    pd.read_parquet(files.ratings).drop(columns="source").to_parquet(tmp_path / "r.parquet")
    pd.read_parquet(files.users)[["user_id"]].to_parquet(tmp_path / "u.parquet")
    data = read_evaluation_data(tmp_path / "r.parquet", tmp_path / "u.parquet")
    exam = prepare(data, 0, data.training.ids, np.ones(len(data.training.ids), dtype=np.bool_))
    names = {part.name for part in exam.questions[0].slices if part.group == ALL_PEOPLE}
    assert names == {"everybody"}
