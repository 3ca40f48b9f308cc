"""In which order training data and networks number genders and age brackets."""

from __future__ import annotations

from typing import Final

from core.person import AgeBracket, Gender

GENDERS: Final = (Gender.MALE, Gender.FEMALE, Gender.ANOTHER)
BRACKETS: Final = tuple(AgeBracket)
NOT_GIVEN: Final = -1
"""What stands in training data for somebody who does not say."""
