"""Whatever is looked up in joined texts is found where a plain search finds it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.joined import JoinedForms

# few letters, so that what is looked for stands in several places; "\u304b" and "k" share bits
forms = st.text("abk \u304b鋼", max_size=8)
owners = st.lists(st.lists(forms, max_size=3), max_size=6)


@given(owners, st.text("abk \u304b鋼", min_size=1, max_size=6))
def test_every_place_is_found_in_order(texts: list[list[str]], needle: str) -> None:
    joined = JoinedForms(texts)

    places = [at for at in range(len(joined.text)) if joined.text.startswith(needle, at)]
    assert list(joined.places(needle)) == places
    assert list(joined.owners(needle)) == [
        owner for owner, of_owner in enumerate(texts) if any(needle in form for form in of_owner)
    ]


@given(owners, st.text("abk\u304b鋼", min_size=1, max_size=4))
def test_words_that_begin_so_are_found_in_order(texts: list[list[str]], word: str) -> None:
    assert list(JoinedForms(texts).owners_of_word(word)) == [
        owner
        for owner, of_owner in enumerate(texts)
        if any(f" {word}" in f" {form}" for form in of_owner)
    ]
