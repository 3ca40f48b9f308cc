"""What people ask for in a sentence, in both languages."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.load import load_catalogue
from core.catalogue.search import TitleIndex
from core.catalogue.title import GENRES
from core.errors import TitleNotFoundError
from core.recommender.filters import Filters
from core.services.wishes.understand import LONGEST_SENTENCE, understand
from core.services.wishes.wish import MOST_GENRES, MOST_TITLES, Wish, WishKind
from core.services.wishes.years import years_in
from core.showing import ANYBODY, Showing
from core.starter import CATALOGUE

if TYPE_CHECKING:
    from core.catalogue.title import Title
    from core.services.wishes.understand import Names

BEBOP, MONSTER, NARUTO, ONE_PIECE, TOTORO, HOWL = 1, 19, 20, 21, 523, 431
MUSHISHI, BLEACH, DEATH_NOTE, GEASS, CLANNAD = 457, 269, 1535, 1575, 2167
SCHOOL_DAYS, SPICE, BROTHERHOOD, K_ON, STEINS = 2476, 2966, 5114, 5680, 9253
NICHIJOU, ATTACK, HAIKYUU, YOUR_LIE, YOUR_NAME = 10165, 16498, 20583, 23273, 32281
TORADORA, HUNTER, ANGEL = 4224, 11061, 6547

NEWEST = 2020


def like(*titles: int, **narrowed: object) -> Wish:
    return Wish(WishKind.SIMILAR, titles, _filters(narrowed))


def lists(**narrowed: object) -> Wish:
    return Wish(WishKind.LISTS, filters=_filters(narrowed))


def top(**narrowed: object) -> Wish:
    return Wish(WishKind.TOP, filters=_filters(narrowed))


def here(**narrowed: object) -> Wish:
    return Wish(WishKind.SERVER, filters=_filters(narrowed))


def unknown(name: str) -> TitleNotFoundError:
    return TitleNotFoundError(name)


def _filters(narrowed: dict[str, object]) -> Filters:
    return Filters(**narrowed)  # pyright: ignore[reportArgumentType]


ENGLISH = [
    ("something like Mushishi but funny", like(MUSHISHI, genre="Comedy")),
    ("what should I watch", lists()),
    ("what should i watch next?", lists()),
    ("Something similar to Monster, please", like(MONSTER)),
    ("anything like fullmetal alchemist brotherhood", like(BROTHERHOOD)),
    ("anime like fmab?", like(BROTHERHOOD)),
    ("shows like Death Note and Code Geass", like(DEATH_NOTE, GEASS)),
    ("i loved Clannad and Your Lie in April, what next", like(CLANNAD, YOUR_LIE)),
    ("a movie like Spirited Away but scary", like(199, type="Movie", genre="Horror")),
    ("something in the vein of Steins;Gate", like(STEINS)),
    ("like School Days", like(SCHOOL_DAYS)),
    ("something like School Days but not sad", like(SCHOOL_DAYS, without=("Drama",))),
    ("something like spice and wolf without romance", like(SPICE, without=("Romance",))),
    ("something like attack on titan from before 2010", like(ATTACK, year_to=2009)),
    ("something like Naruto but no sequels", like(NARUTO, hide_sequels=True)),
    ("something like Bleach but not Naruto", like(BLEACH)),
    ("recommend me something like Haikyuu!! but with basketball", like(HAIKYUU, genre="Sports")),
    ("like K-On but in space", like(K_ON, genre="Space")),
    ("Mushishi", like(MUSHISHI)),
    ("have you got anything as good as Cowboy Bebop?", like(BEBOP)),
    ("a short series like Toradora", like(TORADORA, type="TV", episodes_to=13)),
    ("movies like Your Name from the 2010s",
     like(YOUR_NAME, type="Movie", year_from=2010, year_to=2019)),
    ("something like mushshi", like(MUSHISHI)),
    ("something like Qwertzuiop Asdf", unknown("Qwertzuiop Asdf")),
    ("anime similar to xkcdxkcd but funny", unknown("xkcdxkcd")),
    ("something funny", lists(genre="Comedy")),
    ("something scary please!", lists(genre="Horror")),
    ("a sad movie", lists(genre="Drama", type="Movie")),
    ("I want to cry", lists(genre="Drama")),
    ("a romcom", lists(genre="Romance", also=("Comedy",))),
    ("a funny romance", lists(genre="Comedy", also=("Romance",))),
    ("a romantic film without comedy", lists(genre="Romance", without=("Comedy",), type="Movie")),
    ("not horror", lists(without=("Horror",))),
    ("no horror or romance please", lists(without=("Horror", "Romance"))),
    ("something not too scary", lists(without=("Horror",))),
    ("something sad but not romantic", lists(genre="Drama", without=("Romance",))),
    ("anything but mecha", lists(without=("Mecha",))),
    ("I don't want harem or ecchi", lists(without=("Harem", "Ecchi"))),
    ("something from the 90s", lists(year_from=1990, year_to=1999)),
    ("something from the '80s", lists(year_from=1980, year_to=1989)),
    ("sci-fi of the early 2000s", lists(genre="Sci-Fi", year_from=2000, year_to=2004)),
    ("mecha from the late nineties", lists(genre="Mecha", year_from=1995, year_to=1999)),
    ("a film before 2010", lists(type="Movie", year_to=2009)),
    ("action since 2015", lists(genre="Action", year_from=2015)),
    ("comedies between 2005 and 2010", lists(genre="Comedy", year_from=2005, year_to=2010)),
    ("something from 2016", lists(year_from=2016, year_to=2016)),
    ("something after 2012", lists(year_from=2013)),
    ("something new", lists(year_from=2018)),
    ("an old classic", lists(year_to=1999)),
    ("older than the 90s please", lists(year_to=1989)),
    ("slice of life", lists(genre="Slice of Life")),
    ("a cosy slice-of-life show", lists(genre="Slice of Life")),
    ("time travel", lists(genre="Sci-Fi")),
    ("detective stories", lists(genre="Mystery")),
    ("standalone movies", lists(type="Movie", hide_sequels=True)),
    ("no sequels", lists(hide_sequels=True)),
    ("mecha from the 70s and 80s", lists(genre="Mecha", year_from=1970, year_to=1989)),
    ("sad but not depressing", lists(genre="Drama")),
    ("what are people watching here?", here()),
    ("a happy anime please", lists(genre="Comedy")),
    ("I hated Naruto, but I want something with ninjas in space", lists(genre="Space")),
    ("something short", lists(episodes_to=13)),
    ("I'm bored", lists()),
    ("surprise me", lists()),
    ("any recommendations?", lists()),
    ("I would like something romantic", lists(genre="Romance")),
    ("do you like horror?", lists(genre="Horror")),
    ("I feel like watching a thriller tonight", lists(genre="Thriller")),
    ("something like a comedy", lists(genre="Comedy")),
    ("show me ninjas with super powers", lists(genre="Super Power")),
    ("no movies", lists(type="TV")),
    ("best anime for me", lists()),
    ("top horror", top(genre="Horror")),
    ("top 10 comedy movies", top(genre="Comedy", type="Movie")),
    ("best of 2010s", top(year_from=2010, year_to=2019)),
    ("best of the 2010s", top(year_from=2010, year_to=2019)),
    ("what do people like here", here()),
    ("what do people like here?", here()),
    ("best romance in this server", here(genre="Romance")),
    ("このサーバーで人気の映画は？", here(type="Movie")),
    ("ここ数年で人気のアニメ", top()),
    ("what's popular", top()),
    ("highest rated romance since 2010", top(genre="Romance", year_from=2010)),
    ("the best films without romance", top(type="Movie", without=("Romance",))),
    ("I don't like romance", lists(without=("Romance",))),
    ("I do not like horror movies", lists(without=("Horror",))),
    ("I don't like Naruto but I like ninjas in space", lists(genre="Space")),
    ("something other than action", lists(without=("Action",))),
    ("a movie other than a comedy", lists(type="Movie", without=("Comedy",))),
    ("something with less romance", lists(without=("Romance",))),
    ("less scary please", lists(without=("Horror",))),
    ("anime from before 2000 but after 1990", lists(year_from=1991, year_to=1999)),
    ("how old are you", None),
    ("how old are you?", None),
    ("", None),
    ("hello", None),
    ("hi Riko!", None),
    ("thanks", None),
    ("help", None),
    ("how are you", None),
    ("lol", None),
    ("🦊🦊🦊", None),
]  # fmt: skip

JAPANESE = [
    ("蟲師みたいな笑えるアニメ", like(MUSHISHI, genre="Comedy")),
    ("何を見ればいい?", lists()),
    ("おすすめを教えて", lists()),
    ("オススメは？", lists()),
    ("ナルトみたいなアニメが見たい", like(NARUTO)),
    ("デスノートのような作品", like(DEATH_NOTE)),
    ("進撃の巨人に似たアニメを教えてください", like(ATTACK)),
    ("進撃の巨人っぽいけど怖くないやつ", like(ATTACK, without=("Horror",))),
    ("君の名は。みたいな映画", like(YOUR_NAME, type="Movie")),
    ("四月は君の嘘が好きです。何かありますか", like(YOUR_LIE)),
    ("けいおん!みたいな日常系", like(K_ON, genre="Slice of Life")),
    ("「日常」みたいなアニメ", like(NICHIJOU)),
    ("ナルトとブリーチみたいなアニメ", like(NARUTO, BLEACH)),
    ("とらドラ！みたいだけど続編なしで", like(TORADORA, hide_sequels=True)),
    ("Mushishiみたいなアニメ", like(MUSHISHI)),
    ("ほげほげほげみたいなアニメ", unknown("ほげほげほげ")),
    ("泣ける映画", lists(genre="Drama", type="Movie")),
    ("笑えるアニメ", lists(genre="Comedy")),
    ("ホラー", lists(genre="Horror")),
    ("怖いアニメが見たい", lists(genre="Horror")),
    ("怖くないアニメ", lists(without=("Horror",))),
    ("ホラー以外", lists(without=("Horror",))),
    ("恋愛なしのアクション", lists(genre="Action", without=("Romance",))),
    ("ハーレムは苦手です", lists(without=("Harem",))),
    ("泣けないやつ", lists(without=("Drama",))),
    ("ラブコメ", lists(genre="Romance", also=("Comedy",))),
    ("2010年代の映画", lists(type="Movie", year_from=2010, year_to=2019)),
    ("90年代のロボットアニメ", lists(genre="Mecha", year_from=1990, year_to=1999)),
    ("2015年以降のSF", lists(genre="Sci-Fi", year_from=2015)),
    ("2000年より前のアニメ", lists(year_to=1999)),
    ("2005年から2010年までの推理もの", lists(genre="Mystery", year_from=2005, year_to=2010)),
    ("２０１６年のアニメ", lists(year_from=2016, year_to=2016)),
    ("最近のアニメ", lists(year_from=2018)),
    ("懐かしいアニメ", lists(year_to=1999)),
    ("日常系でほのぼの", lists(genre="Slice of Life")),
    ("短いアニメ", lists(episodes_to=13)),
    ("続編なしのファンタジー", lists(genre="Fantasy", hide_sequels=True)),
    ("異世界もの", lists(genre="Fantasy")),
    ("癒されたい", lists(genre="Slice of Life")),
    ("ロボットが出ないSF", lists(genre="Sci-Fi", without=("Mecha",))),
    ("恋愛のないアニメ", lists(without=("Romance",))),
    ("面白いアニメない?", lists()),
    ("暇です", lists()),
    ("人気のホラー", top(genre="Horror")),
    ("みんなは何が好き？", top()),
    ("2010年代の名作", top(year_from=2010, year_to=2019)),
    ("人気ランキング", top()),
    ("こんにちは", None),
    ("ありがとう", None),
]


@pytest.fixture(scope="module")
def names() -> Names:
    return TitleIndex(load_catalogue(CATALOGUE).catalogue, {})


@pytest.mark.parametrize(("sentence", "wish"), [*ENGLISH, *JAPANESE])
def test_what_is_asked_is_understood(
    names: Names, sentence: str, wish: Wish | TitleNotFoundError | None
):
    if isinstance(wish, TitleNotFoundError):
        with pytest.raises(TitleNotFoundError) as failure:
            understand(sentence, names, NEWEST, showing=ANYBODY)
        assert failure.value.query == wish.query
    else:
        assert understand(sentence, names, NEWEST, showing=ANYBODY) == wish


@settings(deadline=None)
@given(st.text(max_size=600))
def test_any_text_is_understood_or_not_but_never_fails(names: Names, text: str):
    try:
        wish = understand(text, names, NEWEST, showing=ANYBODY)
    except TitleNotFoundError:
        return
    if wish is not None:
        assert len(wish.titles) <= MOST_TITLES
        assert Wish.of_code(wish.code).titles == wish.titles


class Listens:
    """The names of a catalogue, and how long each text is that was looked up in them."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.looked_up: list[int] = []

    def find_in_text(self, text: str, showing: Showing, limit: int) -> tuple[Title, ...]:
        self.looked_up.append(len(text))
        return self._names.find_in_text(text, showing, limit)

    def resolve(self, text: str, showing: Showing) -> Title:
        self.looked_up.append(len(text))
        return self._names.resolve(text, showing)


@pytest.mark.parametrize("sign", ["ﷺ", "㍿", "㌀", "⑴", "ﬃ", "㋿", "なみたい ", "like ", "no "])
def test_a_sentence_that_swells_is_cut(names: Names, sign: str):
    listens = Listens(names)
    with suppress(TitleNotFoundError):
        understand(sign * 5_000, listens, NEWEST, showing=ANYBODY)
    assert 0 < max(listens.looked_up) <= LONGEST_SENTENCE


genres = st.lists(st.sampled_from(GENRES), max_size=MOST_GENRES, unique=True)
year = st.none() | st.integers(1910, 2099)


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    wanted = draw(genres)
    return Wish(
        draw(st.sampled_from(WishKind)),
        tuple(draw(st.lists(st.integers(1, 99_999_999), max_size=MOST_TITLES))),
        Filters(
            genre=wanted[0] if wanted else None,
            also=tuple(wanted[1:]),
            without=tuple(draw(genres)),
            type=draw(st.sampled_from((None, "TV", "Movie", "OVA", "ONA", "Special", "Music"))),
            year_from=draw(year),
            year_to=draw(year),
            hide_sequels=draw(st.booleans()),
            episodes_to=draw(st.sampled_from((None, 13))),
        ),
    )


@given(wishes())
def test_a_code_keeps_everything_and_fits_into_a_button(wish: Wish):
    assert Wish.of_code(wish.code) == wish
    assert len(f"riko:wish:{2**64 - 1}:{wish.code}") <= 100


@pytest.mark.parametrize("code", ["", "x", "l", "l-Z------", "l-a-9-----", "t-------123"])
def test_a_text_that_is_no_code_is_refused(code: str):
    with pytest.raises(ValueError, match="no wish"):
        Wish.of_code(code)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("mid 80s", (1983, 1986)),
        ("before the 2000s", (None, 1999)),
        ("after the 90s", (2000, None)),
        ("since the 2010s", (2010, None)),
        ("up to 2005", (None, 2005)),
        ("from 2010 on", (2010, None)),
        ("2008 or newer", (2008, None)),
        ("before 2000 but after 1990", (1991, 1999)),
        ("after the 80s but before 2000", (1990, 1999)),
        ("before the 2000s and after 1990", (1991, 1999)),
        ("2000年より前で1990年より後", (1991, 1999)),
        ("before 1990 or after 2000", (None, 1989)),
        ("no older than 2000", (2000, None)),
        ("no later than 2005", (None, 2005)),
        ("no newer than 2005", (None, 2005)),
        ("2010年代前半", (2010, 2014)),
        ("2010年代以降", (2010, None)),
        ("2010年まで", (None, 2010)),
        ("20s", (2020, 2029)),
        ("eighties", (1980, 1989)),
        ("86 episodes", None),
        ("number 12010", None),
    ],
)
def test_years(text: str, years: tuple[int | None, int | None] | None):
    assert years_in(text) == years
