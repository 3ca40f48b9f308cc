from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.recommender.cold_start import (
    COLD_START_GENRES,
    PRIOR_VOTES,
    TopRanking,
    Votes,
    shrunk_mean,
)
from core.showing import ANYBODY, EVERYTHING


def title(anime_id: int, *genres: str, franchise: str | None = None, adult: bool = False) -> Title:
    return Title(anime_id, f"T{anime_id}", genres=genres, franchise=franchise, adult=adult)


def test_the_genres_and_their_order_are_the_seeds() -> None:
    lists = TopRanking(Catalogue([title(1, "Romance")]), {1: Votes(5, 8.0)}).lists(showing=ANYBODY)
    assert [top.genre for top in lists] == ["Shounen", "Supernatural", "Romance", "Slice of Life"]
    assert [len(top.entries) for top in lists] == [0, 0, 1, 0]


def test_ten_votes_do_not_beat_ten_thousand() -> None:
    catalogue = Catalogue([title(1, "Romance"), title(2, "Romance"), title(3, "Romance")])
    votes = {1: Votes(10, 9.9), 2: Votes(10_000, 8.9), 3: Votes(10_000, 6.0)}
    romance = TopRanking(catalogue, votes).lists(showing=ANYBODY)[2].entries
    assert [entry.title.anime_id for entry in romance] == [2, 1, 3]
    assert [entry.votes for entry in romance] == [10_000, 10, 10_000]


def test_adult_and_unrated_titles_are_left_out_and_a_franchise_shows_once() -> None:
    catalogue = Catalogue(
        [
            title(1, "Shounen", franchise="Saga"),
            title(2, "Shounen", franchise="Saga"),
            title(3, "Shounen", adult=True),
            title(4, "Shounen"),
            title(5, "Shounen"),
        ]
    )
    votes = {1: Votes(500, 9.0), 2: Votes(500, 9.5), 3: Votes(500, 10.0), 5: Votes(500, 7.0)}
    ids = [e.title.anime_id for e in TopRanking(catalogue, votes).lists(showing=ANYBODY)[0].entries]
    assert ids == [2, 5]
    allowed = TopRanking(catalogue, votes).lists(showing=EVERYTHING)[0].entries
    assert [e.title.anime_id for e in allowed] == [3, 2, 5]
    # without the franchise's best, the next of it stands there
    without = TopRanking(catalogue, votes).best(None, 9, exclude={2}, showing=ANYBODY)
    assert [e.title.anime_id for e in without] == [1, 5]


@given(
    st.dictionaries(
        st.integers(1, 60),
        st.builds(Votes, st.integers(1, 10**6), st.floats(1, 10)),
        max_size=40,
    ),
    st.integers(0, 8),
)
def test_lists_are_ordered_by_a_mean_between_the_own_and_the_overall_one(
    votes: dict[int, Votes], size: int
) -> None:
    catalogue = Catalogue(title(i, COLD_START_GENRES[i % 4]) for i in range(1, 50))
    count = sum(v.count for v in votes.values())
    overall = sum(v.count * v.mean for v in votes.values()) / count if count else 0.0
    for number, top in enumerate(TopRanking(catalogue, votes).lists(size=size, showing=ANYBODY)):
        means = [entry.mean for entry in top.entries]
        assert means == sorted(means, reverse=True)
        known = [i for i in votes if i % 4 == number and i < 50]
        assert len(means) == min(size, len(known))
        for entry in top.entries:
            own = votes[entry.title.anime_id]
            low, high = sorted([own.mean, overall])
            assert low - 1e-6 <= entry.mean <= high + 1e-6


def test_with_as_many_votes_as_the_prior_the_mean_lies_in_the_middle() -> None:
    assert shrunk_mean(Votes(PRIOR_VOTES, 9.0), 7.0) == 8.0
