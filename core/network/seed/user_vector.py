"""What the seed's network reads of a person, as one row of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from core.person import AgeBracket, Gender

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.person import Taste

GENDER_COLUMN: Final = "Gender"
AGE_COLUMNS: Final = {
    "Category2": AgeBracket.UNDER_11,
    "Category3": AgeBracket.FROM_11,
    "Category4": AgeBracket.FROM_16,
    "Category5": AgeBracket.FROM_20,
}

# The seed writes 0 for male and 1 for everybody else, so that saying nothing would mean male.
# The middle of the two is the input that pulls towards neither.
_GENDER_VALUE: Final = {Gender.MALE: 0.0, Gender.FEMALE: 1.0, Gender.ANOTHER: 0.5, None: 0.5}

_LARGEST_ID: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class InputLayout:
    """Which input column means what, in the order of the network's first layer.

    `title_columns[i]` is the column of title `i` of the bundle's title table.
    """

    width: int
    gender_column: int | None
    age_columns: dict[AgeBracket, int]
    title_columns: NDArray[np.int32]

    @classmethod
    def parse(cls, header: Sequence[str]) -> tuple[InputLayout, NDArray[np.int32]]:
        """Read the header of the seed's `inputFormater.csv`; also return the title ids.

        Raises `ValueError` for a name that is neither a demographic column nor an id, and for a
        repeated one.
        """
        gender: int | None = None
        ages: dict[AgeBracket, int] = {}
        columns: list[int] = []
        ids: list[int] = []
        for column, name in enumerate(header):
            if name == GENDER_COLUMN:
                gender = column
            elif name in AGE_COLUMNS:
                ages[AGE_COLUMNS[name]] = column
            elif name.isascii() and name.isdecimal() and int(name) <= _LARGEST_ID:
                columns.append(column)
                ids.append(int(name))
            else:
                raise ValueError(f"column {name!r} is neither a demographic one nor a title id")
        if len(set(header)) != len(header) or len(set(ids)) != len(ids):
            raise ValueError("a column is named twice")
        layout = cls(len(header), gender, ages, np.array(columns, dtype=np.int32))
        return layout, np.array(ids, dtype=np.int32)

    def write_person(
        self, row: NDArray[np.float32], gender: Gender | None, bracket: AgeBracket | None
    ) -> None:
        """Write what a person says of themselves into their `row` float32[width] of zeros."""
        if self.gender_column is not None:
            row[self.gender_column] = _GENDER_VALUE[gender]
        column = None if bracket is None else self.age_columns.get(bracket)
        if column is not None:
            row[column] = 1.0

    def encode(self, tastes: Sequence[Taste], index_of: dict[int, int]) -> NDArray[np.float32]:
        """Return one fresh row per taste, float32[len(tastes), width].

        `index_of` maps a title id to its place in the title table; ratings of other titles are
        left out. An age that is not given sets none of the brackets.
        """
        rows = np.zeros((len(tastes), self.width), dtype=np.float32)
        for row, taste in zip(rows, tastes, strict=True):
            bracket = None if taste.age is None else AgeBracket.of(taste.age)
            self.write_person(row, taste.gender, bracket)
            for anime_id, score in taste.ratings:
                index = index_of.get(anime_id)
                if index is not None:
                    row[self.title_columns[index]] = score
        return rows
