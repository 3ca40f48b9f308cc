"""The texts: complete in both languages, all used, none missing."""

from __future__ import annotations

import ast
from pathlib import Path

import discord
import pytest
from fluent.syntax import ast as ftl
from fluent.syntax import parse
from fluent.syntax.visitor import Visitor
from hypothesis import given
from hypothesis import strategies as st

from bot.ui import words as words_room
from bot.ui.text import clip, utf16_length
from bot.ui.words import Language, slug, words_in
from core.catalogue.title import GENRES

ROOT = Path(__file__).parent.parent
FOLDER = Path(words_room.__file__).parent
FAMILIES = {f"genre-{slug(genre)}" for genre in GENRES} | {
    *(f"type-{kind}" for kind in ("tv", "movie", "ova", "ona", "special", "music")),
    *(f"score-{score}" for score in range(1, 11)),
}
"""Keys that code puts together from fixed words."""


class Named(Visitor):
    """Collects the values and the other texts that a text names."""

    def __init__(self) -> None:
        self.values: set[str] = set()
        self.texts: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 - fluent's name
        self.values.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802 - fluent's name
        self.texts.add(node.id.name)


def messages(language: Language) -> dict[str, ftl.Message]:
    found: dict[str, ftl.Message] = {}
    for file in sorted((FOLDER / language).glob("*.ftl")):
        for entry in parse(file.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ftl.Junk), f"{file}: {entry.content}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in found, f"{entry.id.name} stands twice"
                found[entry.id.name] = entry
    return found


def named(message: ftl.Message) -> Named:
    collected = Named()
    collected.visit(message)
    return collected


def everything_named(key: str, texts: dict[str, ftl.Message]) -> set[str]:
    """The values a text needs, with those of the texts it names."""
    own = named(texts[key])
    return own.values.union(*(everything_named(other, texts) for other in own.texts))


def literals() -> set[str]:
    return {
        node.value
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_both_languages_have_the_same_texts_with_the_same_values():
    english, japanese = messages(Language.ENGLISH), messages(Language.JAPANESE)
    assert english.keys() == japanese.keys()
    for key in english:
        assert everything_named(key, english) == everything_named(key, japanese), key


def test_every_text_is_used_and_every_used_text_is_there():
    english = messages(Language.ENGLISH)
    named_in_texts = {name for message in english.values() for name in named(message).texts}
    assert english.keys() - literals() - named_in_texts - FAMILIES == set()
    assert named_in_texts <= english.keys()
    assert english.keys() >= FAMILIES


def calls() -> list[tuple[str, ast.Call]]:
    """The calls in the bot whose first argument is a key."""
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno}", node)
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name | ast.Attribute | ast.Call)
        and _name(node.func) in {"words", "reader", "says", "words_of", "words_in"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner):
            return _name(inner)
        case _:
            return ""


def test_every_call_gives_the_values_its_text_needs():
    english = messages(Language.ENGLISH)
    for place, call in calls():
        assert isinstance(call.args[0], ast.Constant)
        key = str(call.args[0].value)
        assert key in english, f"{place}: there is no text {key}"
        given_values = {keyword.arg for keyword in call.keywords}
        if None not in given_values:
            assert everything_named(key, english) <= given_values, f"{place}: {key}"


@pytest.mark.parametrize("language", list(Language))
def test_every_text_can_be_said(language: Language):
    texts = messages(language)
    for key in texts:
        values = dict.fromkeys(everything_named(key, texts), 3)
        said = words_in(language)(key, **values)
        assert said.strip()
        assert "{" not in said, key


def test_a_text_that_does_not_exist_is_a_mistake():
    with pytest.raises(KeyError):
        words_in(Language.JAPANESE)("no-such-text")


def test_the_language_follows_discord():
    assert Language.of_locale(discord.Locale.japanese) is Language.JAPANESE
    assert Language.of_locale(discord.Locale.german) is Language.ENGLISH


@given(st.text(max_size=300), st.integers(2, 100))
def test_clipped_texts_are_short_enough(text: str, limit: int):
    assert utf16_length(clip(text, limit)) <= limit
