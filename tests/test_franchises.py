"""Franchises: which titles belong together, and what of them a person is offered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.catalogue import Catalogue
from core.catalogue.franchises import Part, find_parts
from core.catalogue.sequels import first_names
from core.catalogue.title import Title
from core.network.bundle import Bundle, load_bundle
from core.person import Taste
from core.recommender.engine import Engine
from core.recommender.franchises import FranchiseRules
from core.recommender.request import GroupRequest, Request
from core.recommender.shelf import Shelf
from tests.tiny import FIRST_ID, TITLES, tiny_bundle, tiny_catalogue


def before(*titles: Title) -> dict[int, int | None]:
    return {part.anime_id: part.before for part in find_parts(Catalogue(titles))}


def part(anime_id: int, order: int, type_: str | None = "TV", franchise: str = "F") -> Title:
    return Title(
        anime_id, f"Title {anime_id}", type=type_, franchise=franchise, franchise_order=order
    )


def test_parts_come_in_watching_order_and_follow_the_main_part_before_them() -> None:
    film, third = part(2, 2, "Movie"), part(3, 30)
    assert before(third, film, part(1, 1)) == {1: None, 2: 1, 3: 1}


def test_nobody_waits_for_what_cannot_be_seen() -> None:
    upcoming = replace(part(2, 2), status="Not yet aired")
    assert before(part(1, 1), upcoming, part(3, 3)) == {1: None, 2: 1, 3: 1}
    assert before(part(1, 1, "PV"), part(2, 2), part(3, 3)) == {1: None, 2: None, 3: 2}
    assert before(part(1, 1, "OVA"), part(2, 2), part(3, 3)) == {1: None, 2: None, 3: 2}


def test_films_are_main_parts_where_the_first_part_is_one() -> None:
    films = (part(1, 1, "Movie"), part(2, 2, "Movie"), part(3, 3, "Movie"))
    assert before(*films) == {1: None, 2: 1, 3: 2}


def test_specials_are_offered_after_what_carries_the_story() -> None:
    parts = find_parts(
        Catalogue([part(1, 1), part(2, 2, "Special"), part(3, 3), part(4, 4, "Movie")])
    )
    assert [(each.anime_id, each.before) for each in parts] == [(1, None), (3, 1), (4, 3), (2, 1)]
    specials = find_parts(Catalogue([part(1, 1, "OVA"), part(2, 2, "OVA"), part(3, 3)]))
    assert [each.anime_id for each in specials] == [1, 2, 3]


@pytest.mark.parametrize(
    ("types", "first", "offered", "before_them"),
    [
        (("PV", "TV", "TV"), 2, [2, 3, 1], [None, 2, None]),
        (("Special", "Movie", "TV"), 2, [2, 3, 1], [None, 2, None]),
        (("Music", "OVA", "TV"), 2, [2, 3, 1], [None, None, None]),
        (("CM", "Special", "Special"), 2, [2, 3, 1], [None, 2, None]),
        (("PV", "PV"), 1, [1, 2], [None, None]),
        ((None, None, "TV"), 1, [1, 2, 3], [None, 1, 2]),
        (("TV", None, "Special"), 1, [1, 2, 3], [None, 1, 2]),
        (("PV", None), 2, [2, 1], [None, None]),
    ],
)
def test_the_first_part_is_the_first_that_tells_the_story(
    types: tuple[str | None, ...],
    first: int,
    offered: list[int],
    before_them: list[int | None],
) -> None:
    titles = [part(number, number, type_) for number, type_ in enumerate(types, 1)]
    parts = find_parts(Catalogue(titles))
    assert {each.first for each in parts} == {first}
    assert [each.anime_id for each in parts] == offered
    assert [each.before for each in parts] == before_them


def test_what_nobody_can_have_seen_yet_is_no_first_part() -> None:
    upcoming = replace(part(1, 1), status="Not yet aired")
    assert {each.first for each in find_parts(Catalogue([upcoming, part(2, 2, "OVA")]))} == {2}


def test_a_title_alone_and_one_without_a_place_are_no_franchise() -> None:
    unplaced = Title(2, "Other", franchise="F")
    assert before(part(1, 1), unplaced, part(3, 1, franchise="G")) == {}


def test_a_sequel_by_name_follows_the_title_whose_name_it_bears() -> None:
    assert before(
        Title(1, "Kumo Desu", "So I'm a Cloud", type="TV", year=2015),
        Title(2, "Kumo Desu 2nd Season", type="TV", year=2017),
        Title(3, "Whatever", "So I'm a Cloud III", type="TV", year=2019),
    ) == {1: None, 2: 1, 3: 1}


def test_a_sequel_by_name_joins_the_franchise_that_the_catalogue_names() -> None:
    first = replace(part(1, 1), title="Kumo")
    second = replace(part(2, 2), title="Kumo Returns")
    new = Title(3, "Kumo Returns 2nd Season", type="TV")
    assert before(first, second, new) == {1: None, 2: 1, 3: 2}


@pytest.mark.parametrize(
    ("first", "sequel"),
    [
        (Title(1, "Kumo", type="TV", year=2020), Title(2, "Kumo II", type="TV", year=2010)),
        (Title(1, "Kumo", type="OVA"), Title(2, "Kumo II", type="TV")),
        (Title(1, "Kumo", type="TV", adult=True), Title(2, "Kumo II", type="TV")),
        (Title(1, "Kumori", type="TV"), Title(2, "Kumo II", type="TV")),
        (Title(1, "Kumo II", type="TV"), Title(2, "Kumo III", type="TV")),
    ],
    ids=["earlier", "series after OVA", "adult first part", "another name", "no first part"],
)
def test_no_guess_is_better_than_a_wrong_one(first: Title, sequel: Title) -> None:
    assert before(first, sequel) == {}


def test_two_titles_of_one_name_leave_a_sequel_alone() -> None:
    assert before(Title(1, "Kumo"), Title(2, "Kumo"), Title(3, "Kumo 2nd Season")) == {}


@pytest.mark.parametrize(
    ("title", "left"),
    [
        (Title(1, "Overlord II"), ("Overlord",)),
        (Title(1, "Clannad 2: Subtitle"), ("Clannad",)),
        (Title(1, "Nani 3rd Season", "What Part 3"), ("Nani", "What")),
        (Title(1, "Cowboy Bebop"), ()),
        (Title(1, "Lupin III"), ()),
    ],
)
def test_first_names(title: Title, left: tuple[str, ...]) -> None:
    assert first_names(title) == left


# --- the rules ---


@st.composite
def franchises(draw: st.DrawFn) -> list[Part]:
    """A few franchises; ids from 0 on, in watching order."""
    parts: list[Part] = []
    for number, size in enumerate(draw(st.lists(st.integers(2, 5), max_size=5))):
        first = len(parts)
        for place in range(size):
            earlier = None if place == 0 else draw(st.integers(first, first + place - 1))
            parts.append(Part(first + place, number, first, earlier))
    return parts


@given(franchises(), st.data())
def test_one_part_is_offered_and_none_whose_predecessor_is_unseen(
    parts: list[Part], data: st.DataObject
) -> None:
    titles = len(parts) + 3
    some = st.sets(st.integers(0, titles - 1))
    seen, refused = data.draw(some), data.draw(some)
    listable = data.draw(some)
    rows = {anime_id: row for row, anime_id in enumerate(sorted(listable))}
    allowed = np.array([data.draw(st.booleans()) for _ in rows], dtype=np.bool_)
    could = {anime_id for anime_id, row in rows.items() if allowed[row]}
    FranchiseRules(parts, rows).narrow(allowed, seen, refused)
    offered = {anime_id for anime_id, row in rows.items() if allowed[row]}

    def follows(each: Part) -> bool:
        while each.before is not None and each.before not in seen:
            if each.before in listable:
                return False
            each = parts[each.before]
        return True

    expected = could - {each.anime_id for each in parts}
    for number in {each.franchise for each in parts}:
        own = [each for each in parts if each.franchise == number]
        open_ = [
            each.anime_id
            for each in own
            if each.anime_id in could and each.first not in refused and follows(each)
        ]
        expected |= set(open_[:1])
    assert offered == expected


def seasons(*groups: range) -> Catalogue:
    """The tiny catalogue with franchises: the titles of each range, in order."""
    titles = {title.anime_id: title for title in tiny_catalogue().titles}
    for number, group in enumerate(groups):
        for order, anime_id in enumerate(group, 1):
            titles[anime_id] = replace(
                titles[anime_id], type="TV", franchise=f"F{number}", franchise_order=order
            )
    return Catalogue(titles.values())


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(tiny_bundle(tmp_path_factory.mktemp("bundle") / "tiny"))


@pytest.fixture(scope="module")
def engine(bundle: Bundle) -> Engine:
    catalogue = seasons(range(110, 114), range(120, 123), range(130, 140))
    shelf = Shelf(bundle.titles, catalogue, franchises=True)
    return Engine(bundle, catalogue, "cpu").over(shelf)


def ranked(engine: Engine, taste: Taste, **options: object) -> set[int]:
    [lists] = engine.recommend([Request(taste, ranking_size=TITLES, **options)])  # type: ignore[arg-type]
    listed = {pick.anime_id for pick in (*lists.similar, *lists.may_like)}
    assert listed <= set(lists.ranking)
    return set(lists.ranking)


FIRST = set(range(110, 114))


@pytest.mark.parametrize(
    ("ratings", "options", "offered"),
    [
        ((), {}, {110}),
        (((110, 8),), {}, {111}),
        (((110, 5), (111, 2)), {}, {112}),
        (((110, 4),), {}, set()),
        (((112, 9),), {}, {110}),
        ((), {"seen": frozenset({110})}, {111}),
        ((), {"exclude": frozenset({110})}, set()),
        ((), {"exclude": frozenset({110}), "seen": frozenset({110})}, {111}),
        (((110, 8),), {"exclude": frozenset({111})}, set()),
        ((), {"only": frozenset({112, 113})}, set()),
        (((110, 9), (111, 9)), {"only": frozenset({112, 113})}, {112}),
    ],
)
def test_what_a_person_is_offered_of_a_franchise(
    engine: Engine, ratings: tuple[tuple[int, int], ...], options: dict[str, object], offered: set
) -> None:
    assert ranked(engine, Taste(ratings=ratings), **options) & FIRST == offered


@given(
    st.dictionaries(st.integers(FIRST_ID, FIRST_ID + TITLES - 1), st.integers(1, 10), max_size=40)
)
def test_lists_stay_full_while_enough_remains(engine: Engine, ratings: dict[int, int]) -> None:
    [lists] = engine.recommend([Request(Taste(ratings=tuple(ratings.items())), ranking_size=100)])
    listed = [pick.anime_id for pick in (*lists.similar, *lists.may_like)]
    assert len(listed) == min(20, len(lists.ranking))
    for group in (range(110, 114), range(120, 123), range(130, 140)):
        assert len(set(group) & set(lists.ranking)) <= 1


def test_without_the_rules_any_season_is_listed(bundle: Bundle) -> None:
    engine = Engine(bundle, seasons(range(110, 114)), "cpu")
    assert ranked(engine, Taste()) >= FIRST


def group(engine: Engine, *members: tuple[tuple[int, int], ...], **options: object) -> set[int]:
    tastes = tuple(Taste(ratings=ratings) for ratings in members)
    request = GroupRequest(tastes, size=TITLES, **options)  # type: ignore[arg-type]
    return {pick.anime_id for pick in engine.recommend_for_group(request).picks} & FIRST


def test_a_group_is_offered_only_what_all_can_follow(engine: Engine) -> None:
    assert group(engine, (), ()) == {110}
    assert group(engine, ((110, 8),), ()) == set(), "one has not seen the first season"
    assert group(engine, ((110, 8),), ((110, 7),)) == {111}
    assert group(engine, ((110, 8),), (), seen=(frozenset(), frozenset({110}))) == {111}
    assert group(engine, ((110, 8),), ((110, 3),)) == set()
    both = ((112, 8),)
    assert group(engine, both, both, exclude=frozenset({111})) == {110}
    assert group(engine, both, both, exclude=frozenset({110})) == set()


def test_what_is_seen_is_told_of_each_member() -> None:
    with pytest.raises(ValueError, match="each member"):
        GroupRequest((Taste(), Taste()), seen=(frozenset(),))
