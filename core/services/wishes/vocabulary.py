"""The words people ask with, and what each asks for: genres, moods, types, and some more.

English words stand for whole words, Japanese ones for any place they occur in, so those are stems.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from core.catalogue.spelling import fold


class Ask(StrEnum):
    """What a word asks for besides genres and types."""

    NO_SEQUELS = "no sequels"
    SHORT = "short"
    NEW = "new"
    OLD = "old"


_GENRES: Final = {
    "Action": "action | action packed | fight | fights | fighting | battle | battles | exciting | "
    "adrenaline | アクション | バトル | 戦闘 | 熱い",
    "Adventure": "adventure | adventures | adventurous | journey | 冒険",
    "Cars": "cars | racing | car racing | street racing | カーレース",
    "Comedy": "comedy | comedies | funny | fun | hilarious | humor | humour | humorous | laugh | "
    "laughs | happy | cheerful | uplifting | upbeat | silly | goofy | light hearted | lighthearted | gag | "
    "コメディ | ギャグ | 笑え | 笑い | 笑う | わらえ | 爆笑",
    "Dementia": "dementia | avant garde | surreal | 前衛",
    "Demons": "demon | demons | devil | devils | 悪魔 | 鬼が出",
    "Drama": "drama | dramas | dramatic | sad | sadder | sadness | tearjerker | tear jerker | cry | "
    "crying | depressing | emotional | heartbreaking | moving | touching | bittersweet | tragic | "
    "tragedy | melancholic | ドラマ | 泣け | 泣き | 泣く | 感動 | 切ない | せつない | 悲し | かなし | 鬱",
    "Ecchi": "ecchi | fanservice | fan service | お色気 | エッチ",
    "Fantasy": "fantasy | isekai | dragons | elves | fairy tale | ファンタジー | 異世界",
    "Game": "game | games | gaming | video game | video games | ゲーム",
    "Harem": "harem | ハーレム",
    "Hentai": "hentai | porn | 成人向け",
    "Historical": "historical | history | period piece | feudal japan | 歴史 | 時代劇 | 戦国",
    "Horror": "horror | scary | creepy | spooky | terrifying | frightening | disturbing | gore | "
    "gory | zombie | zombies | ホラー | 怖い | こわい | 怖 | こわく | グロ | ゾンビ",
    "Josei": "josei | 女性向け",
    "Kids": "kids | for children | family friendly | 子供向け | 子ども向け | 子どもと | 子供と",
    "Magic": "magic | magical | magical girl | magical girls | witch | witches | wizard | wizards | "
    "魔法 | 魔女",
    "Martial Arts": "martial arts | kung fu | karate | 格闘 | 武術",
    "Mecha": "mecha | mechs | mech | robot | robots | giant robots | ロボット | ロボ",
    "Military": "military | war | wars | soldiers | army | 軍事 | 戦争 | 軍隊",
    "Music": "music | musical | idol | idols | band | bands | 音楽 | アイドル | バンド",
    "Mystery": "mystery | mysteries | mysterious | detective | detectives | whodunit | "
    "ミステリー | ミステリ | 推理 | 探偵 | 謎解き",
    "Parody": "parody | parodies | satire | spoof | パロディ",
    "Police": "police | cops | cop | crime | 警察 | 刑事 | 犯罪",
    "Psychological": "psychological | mind bending | mindbending | mind games | mindfuck | trippy | "
    "dark | darker | thought provoking | deep | philosophical | 心理 | サイコ | ダーク | 考えさせられ | "
    "頭脳戦",
    "Romance": "romance | romantic | love story | love stories | romances | 恋愛 | 恋 | ロマンス | "
    "ロマンチック | 胸キュン | キュンキュン",
    "Samurai": "samurai | samurais | sword fights | 侍 | サムライ | チャンバラ",
    "School": "school | high school | highschool | students | 学園 | 学校 | 高校 | 部活",
    "Sci-Fi": "sci fi | scifi | science fiction | cyberpunk | time travel | dystopia | dystopian | "
    "futuristic | sf | サイエンスフィクション | 近未来 | タイムトラベル | タイムリープ",
    "Seinen": "seinen | 青年 | 青年向け",
    "Shoujo": "shoujo | shojo | 少女漫画 | 少女マンガ | 少女向け",
    "Shoujo Ai": "shoujo ai | shojo ai | girls love | gl | ガールズラブ",
    "Shounen": "shounen | shonen | 少年漫画 | 少年マンガ | 少年向け | ジャンプ系",
    "Shounen Ai": "shounen ai | shonen ai | boys love | bl | ボーイズラブ",
    "Slice of Life": "slice of life | sol | cute | cozy | cosy | relaxing | relaxed | calm | chill | "
    "wholesome | healing | heartwarming | feel good | iyashikei | soothing | peaceful | "
    "comfy | laid back | 日常 | 癒し | 癒や | 癒さ | いやし | いやされ | ほのぼの | のんびり | まったり | かわい | 可愛い | "
    "ほっこり | 心温まる",
    "Space": "space | spaceship | spaceships | outer space | space opera | 宇宙",
    "Sports": "sports | sport | football | soccer | basketball | baseball | volleyball | tennis | "
    "boxing | スポーツ | サッカー | 野球 | バスケ | バレーボール | テニス | スポ根",
    "Super Power": "super power | super powers | superpower | superpowers | superhero | superheroes | "
    "超能力 | 異能 | ヒーロー",
    "Supernatural": "supernatural | ghost | ghosts | spirit | spirits | youkai | yokai | paranormal | "
    "超常現象 | 妖怪 | 幽霊 | 怪異 | お化け",
    "Thriller": "thriller | thrillers | suspense | suspenseful | tense | gripping | スリラー | "
    "サスペンス | ハラハラ | 緊張感",
    "Vampire": "vampire | vampires | 吸血鬼 | ヴァンパイア | バンパイア",
    "Yaoi": "yaoi | やおい",
    "Yuri": "yuri | 百合",
}
_SEVERAL: Final = {
    (
        "Romance",
        "Comedy",
    ): "romcom | romcoms | rom com | romantic comedy | romantic comedies | ラブコメ",
}
_TYPES: Final = {
    "Movie": "movie | movies | film | films | 映画 | 劇場版 | 劇場アニメ | ムービー",
    "TV": "series | tv | tv show | tv shows | tv series | シリーズもの | テレビ | tvアニメ | 連続",
    "OVA": "ova | ovas",
    "ONA": "ona | onas | web series | 配信アニメ",
    "Special": "specials | tv special | 特別編 | スペシャル",
    "Music": "music video | music videos | amv | ミュージックビデオ",
}
_ASKS: Final = {
    Ask.NO_SEQUELS: "no sequels | no sequel | without sequels | without sequel | not a sequel | "
    "no second season | no second seasons | not sequels | standalone | stand alone | "
    "続編なし | 続編無し | 続編以外 | 続編ではな | 続編じゃな | 続編は除 | 続編を除 | 続編抜き | 2期以外",
    Ask.SHORT: "short | shorter | shorts | few episodes | one cour | 1 cour | quick | not long | "
    "not too long | 短い | 短め | 短編 | 1クール | サクッと | さくっと",
    Ask.NEW: "new | newer | newest | recent | recently | latest | modern | current | "
    "最近 | 新しい | 最新 | 新作 | 今期",
    Ask.OLD: "old | older | oldie | oldies | classic | classics | retro | vintage | old school | "
    "古い | 昔 | 懐かし | レトロ | 名作古典",
}

Meaning = tuple[str, ...] | str | Ask
"""Genres that are asked for together, the name of a type, or something else."""


def _phrases(listed: str) -> list[str]:
    return [fold(phrase) for phrase in listed.split("|")]


MEANINGS: Final[dict[str, Meaning]] = {
    **{phrase: (genre,) for genre, listed in _GENRES.items() for phrase in _phrases(listed)},
    **{phrase: genres for genres, listed in _SEVERAL.items() for phrase in _phrases(listed)},
    **{phrase: type_ for type_, listed in _TYPES.items() for phrase in _phrases(listed)},
    **{phrase: ask for ask, listed in _ASKS.items() for phrase in _phrases(listed)},
}
"""What each folded phrase asks for."""


def any_of(phrases: list[str]) -> re.Pattern[str]:
    """Return a pattern that finds the longest of folded `phrases` in a folded text.

    A phrase in Latin letters is found as whole words only, also beside Japanese ones.
    """
    longest_first = sorted(phrases, key=len, reverse=True)
    latin = "|".join(re.escape(phrase) for phrase in longest_first if phrase.isascii())
    others = "|".join(re.escape(phrase) for phrase in longest_first if not phrase.isascii())
    parts = ([rf"(?<![a-z0-9])(?:{latin})(?![a-z0-9])"] if latin else []) + (
        [f"(?:{others})"] if others else []
    )
    return re.compile("|".join(parts))


PHRASES: Final = any_of(list(MEANINGS))
"""Finds what `MEANINGS` explains."""

LISTS: Final = any_of(
    _phrases(
        "recommend | recommendation | recommendations | recommended | recs | rec | suggest | "
        "suggestion | suggestions | watch | watching | something | anything | surprise me | bored | "
        "boring | what next | what now | whats next | next | looking for | in the mood | pick | "
        "give me | show me | find me | got any | any good | good anime | an anime | some anime | "
        "tonight | weekend | for me | "
        "おすすめ | お勧め | お薦め | オススメ | 何か | なにか | なんか | 何見 | 何を見 | 何を観 | 何観 | "
        "見たい | 観たい | みたいです | 見よう | 観よう | 教えて | 探して | ください | 下さい | 暇 | ひま | "
        "面白い | おもしろい | 見るもの | ちょうだい | 選んで"
    )
)
"""Finds that somebody wants something picked for them."""

TOP: Final = any_of(
    _phrases(
        "top | best | best rated | highest rated | top rated | most popular | popular | all time | "
        "people like | people love | people watch | people watching | people here | everyone like | everyone love | "
        "everybody like | everybody love | everyone likes | everybody likes | everyone loves | "
        "everybody loves | masterpiece | masterpieces | must see | must watch | greatest | "
        "人気 | ランキング | トップ | 名作 | 傑作 | みんなが好き | 皆が好き | みんなは何 | 皆は何 | みんな何 | "
        "評価が高い | 高評価 | 一番いい | 一番良い | ベスト"
    )
)
"""Finds that somebody asks for what people love."""

HERE: Final = any_of(
    _phrases(
        "here | in this server | on this server | of this server | this server | our server | "
        "in this community | this community | "
        "ここで | ここの | このサーバ | うちのサーバ | 当サーバ | この鯖"
    )
)
"""Finds that it is about the people of the server it is said in."""

PERSONAL: Final = any_of(
    _phrases("for me | my taste | my ratings | suits me | 私 | わたし | 自分 | 僕 | 俺 | ぼく")
)
"""Finds that it is about the person who asks, so a "best" is the best for them."""

FILLERS: Final = any_of(
    _phrases(
        "a | an | the | some | any | of | or | and | but | with | something | anything | anime | show | "
        "shows | one | ones | good | great | nice | that | is | are | which | more | bit | little | "
        "please | pls | plz | thanks | to | watch | really | very | from | stuff | it | this | me | i | "
        "you | we | my | here | there | have | has | seen | just | also | in | for | on | not | no"
    )
)
"""Finds words that are no part of a name somebody compares with, unless beside other words."""
