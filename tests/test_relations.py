"""Franchises from relations, however contradictory these are."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.relations import AFTER, BEFORE, Place, find_franchises, in_franchises
from core.catalogue.title import Title

KINDS = [*AFTER, *BEFORE, "Sequel", "other", "character", "alternative version", "spin-off"]
IDS = st.integers(1, 12)


def titles(years: dict[int, int | None]) -> list[Title]:
    return [Title(anime_id, f"Title {anime_id}", year=year) for anime_id, year in years.items()]


catalogues = st.dictionaries(IDS, st.none() | st.integers(1990, 2030)).map(titles)
# some of them of titles that there are not, or of a title with itself
relations = st.dictionaries(IDS, st.lists(st.tuples(st.sampled_from(KINDS), IDS), max_size=4))
hands = st.dictionaries(
    IDS,
    st.tuples(st.sampled_from(["Hand", "Other hand", "Title 1"]), st.integers(1, 5)),
    max_size=4,
)


@given(catalogues, relations, hands)
def test_whatever_the_relations_the_places_are_good(
    known: list[Title], related: dict[int, list[tuple[str, int]]], by_hand: dict[int, Place]
):
    found = find_franchises(known, related, by_hand)
    ids = {title.anime_id for title in known}
    assert found.keys() <= ids
    assert {i: found[i] for i in by_hand if i in ids} == {
        i: place for i, place in by_hand.items() if i in ids
    }
    places: dict[str, list[int]] = {}
    for anime_id, (name, place) in found.items():
        if anime_id not in by_hand:
            places.setdefault(name, []).append(place)
    hand_names = {name for name, _ in by_hand.values()}
    for name, numbers in places.items():
        assert len(set(numbers)) == len(numbers)
        if name not in hand_names:
            assert sorted(numbers) == list(range(1, len(numbers) + 1))
            assert len(numbers) > 1
    tied = {
        frozenset((one, other))
        for one, pairs in related.items()
        for kind, other in pairs
        if kind.casefold() in AFTER | BEFORE and one != other and {one, other} <= ids
    }
    assert found.keys() == {i for pair in tied for i in pair} | (by_hand.keys() & ids)
    if not by_hand:
        assert all(len({found[i][0] for i in pair}) == 1 for pair in tied)


@given(st.permutations(range(1, 8)))
def test_a_chain_is_told_from_either_side_and_beats_the_years(order: list[int]):
    known = [Title(i, f"Title {i}", year=2000 - place) for place, i in enumerate(order)]
    pairs = list(pairwise(order))
    forward = {one: [("Sequel", other)] for one, other in pairs}
    backward = {other: [("Prequel", one)] for one, other in pairs}
    for related in (forward, backward, forward | backward):
        found = find_franchises(known, related, {})
        assert [found[i][1] for i in order] == list(range(1, 8))
        assert {name for name, _ in found.values()} == {f"Title {order[0]}"}


def test_side_stories_and_summaries_come_after_what_they_belong_to():
    known = titles({1: 2005, 2: 2001, 3: 2003, 4: 2004})
    related = {1: [("Side Story", 2), ("Summary", 3), ("Alternative version", 4)]}
    found = find_franchises(known, related, {})
    assert found == {1: ("Title 1", 1), 2: ("Title 1", 2), 3: ("Title 1", 3)}


def test_in_a_circle_the_oldest_is_first():
    known = titles({1: 2005, 2: 2001, 3: None})
    found = find_franchises(known, {1: [("Sequel", 2)], 2: [("Sequel", 3)], 3: [("Sequel", 1)]}, {})
    assert [found[i][1] for i in (2, 3, 1)] == [1, 2, 3]


def test_titles_follow_behind_those_with_a_place_by_hand():
    known = titles({1: 2001, 2: 2002, 3: 2003, 4: 2000, 8: 2010, 9: 2011})
    by_hand = {1: ("Saga", 1), 2: ("Saga", 2), 9: ("Other saga", 1)}
    related = {2: [("Sequel", 3), ("Side story", 4)], 3: [("Sequel", 8)], 9: [("Prequel", 8)]}
    found = find_franchises(known, related, by_hand)
    assert found == by_hand | {4: ("Saga", 3), 3: ("Saga", 4), 8: ("Other saga", 2)}


def test_two_franchises_never_share_a_name():
    known = [Title(1, "Same"), Title(2, "Second"), Title(3, "Same"), Title(4, "Fourth")]
    found = find_franchises(known, {1: [("Sequel", 2)], 3: [("Sequel", 4)]}, {})
    assert {found[i][0] for i in (1, 2)} == {"Same"}
    assert {found[i][0] for i in (3, 4)} == {"Same #3"}


def test_a_huge_component_is_ordered_quickly_and_whole():
    count = 30_000
    known = titles(dict.fromkeys(range(1, count + 1), 2000))
    related = {i: [("Sequel", i + 1)] for i in range(1, count)}
    found = find_franchises(known, related, {})
    assert [found[i][1] for i in (1, count // 2, count)] == [1, count // 2, count]


def test_what_goes_with_titles_placed_by_hand_stands_among_them_by_year():
    first = Title(50, "First", year=2008, franchise="Hand", franchise_order=1)
    third = Title(60, "Third", year=2012, franchise="Hand", franchise_order=2)
    second = Title(99, "Second", year=2010)
    earlier = Title(10, "Earlier", year=1999)
    unknown = Title(20, "Some day")
    related = {99: (("Prequel", 50), ("Sequel", 60)), 60: (("Prequel", 10), ("Sequel", 20))}
    placed = in_franchises([third, second, first, earlier, unknown], related, [first, third])
    assert {title.anime_id: (title.franchise, title.franchise_order) for title in placed} == {
        50: ("Hand", 1), 10: ("Hand", 2), 99: ("Hand", 3), 60: ("Hand", 4), 20: ("Hand", 5),
    }  # fmt: skip
    # asked again, of some only, it stays so
    again = in_franchises(placed, {99: related[99]}, [first, third])
    assert again == placed


@given(catalogues, relations, hands)
def test_the_order_by_hand_stays_and_no_place_is_taken_twice(
    known: list[Title], related: dict[int, list[tuple[str, int]]], by_hand: dict[int, Place]
):
    better = [
        Title(anime_id, "Better", franchise=name, franchise_order=order)
        for anime_id, (name, order) in by_hand.items()
    ]
    pairs = {anime_id: tuple(each) for anime_id, each in related.items()}
    placed = {title.anime_id: title for title in in_franchises(known, pairs, better)}
    for name in {name for name, _ in by_hand.values()}:
        of = [title for title in placed.values() if title.franchise == name]
        hand = sorted(
            (by_hand[title.anime_id], title.anime_id) for title in of if title.anime_id in by_hand
        )
        orders = [placed[anime_id].franchise_order or 0 for _, anime_id in hand]
        assert orders == sorted(orders)
        if len(of) > len(hand) > 0:
            assert sorted(title.franchise_order or 0 for title in of) == [*range(1, len(of) + 1)]
