"""Titles of any shape, for the properties of what is drawn from them."""

from __future__ import annotations

from hypothesis import strategies as st

from core.catalogue.title import GENRES, Title

LONG = "[*Ω*] 🦊_" * 40
"""A name that no message has room for, with what Discord would read as formatting."""

names = st.text(min_size=1, max_size=300).filter(str.strip)
titles = st.builds(
    Title,
    anime_id=st.integers(1, 99_999),
    title=names,
    title_english=st.none() | names,
    title_japanese=st.none() | names,
    synonyms=st.lists(names, max_size=8).map(tuple),
    type=st.sampled_from([None, "TV", "Movie", "Special"]),
    year=st.none() | st.integers(1907, 2030),
    episodes=st.none() | st.integers(1, 3000),
    genres=st.lists(st.sampled_from(GENRES), max_size=12, unique=True).map(tuple),
    studios=st.lists(names, max_size=5).map(tuple),
    score=st.none() | st.floats(1, 10),
    scored_by=st.none() | st.integers(0, 10**7),
    image_url=st.none() | st.just("https://example.org/poster.jpg"),
    adult=st.booleans(),
    translated=st.none() | names,
)
