"""Files of JSON objects that only grow, whatever a kill leaves of the last line."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.json_lines import JsonLines
from core.errors import CatalogueError

texts = st.text() | st.just("half a character: \ud800")
lines = st.dictionaries(st.text(), st.none() | st.integers() | texts | st.lists(texts), min_size=1)


@given(st.lists(lines, min_size=1, max_size=5), lines, st.data())
def test_wherever_a_kill_cuts_the_last_line_the_others_stay(
    kept: list[dict[str, object]], new: dict[str, object], data: st.DataObject
):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "new", "lines.jsonl")
        file = JsonLines(path)
        assert list(file.read()) == []
        before = 0
        for line in kept:
            before = path.stat().st_size if path.exists() else 0
            file.append(line)
        assert list(file.read()) == kept
        whole = path.read_bytes()
        cut = data.draw(st.integers(before, len(whole) - 1))
        path.write_bytes(whole[:cut])
        # a line that lacks nothing but its end is one
        left = kept if cut == len(whole) - 1 else kept[:-1]
        assert list(file.read()) == left
        file.append(new)
        assert list(JsonLines(path).read()) == [*left, new]
        assert path.read_bytes().count(b"\n") == len(left) + 1, "nothing of the torn line is left"


def test_it_is_written_anew_only_if_much_is_outdated(tmp_path: Path):
    path = tmp_path / "lines.jsonl"
    file = JsonLines(path)
    file.compact([{"a": 1}])
    assert not path.exists()
    file.append({"a": 1})
    file.compact([{"b": 1}])
    assert list(file.read()) == [{"a": 1}]
    file.append({"a": 2})
    file.compact([{"a": 2}])
    assert list(file.read()) == [{"a": 2}]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "\n", "3\n", "[]\n", "{\n", "\0\0\n", "{}\n", "[" * 99_999])
def test_what_is_no_object_is_passed_over(tmp_path: Path, text: str):
    path = tmp_path / "lines.jsonl"
    path.write_text(text)
    file = JsonLines(path)
    file.append({"a": 1})
    assert list(file.read()) == [{"a": 1}]


def test_a_file_that_cannot_be_had_is_said(tmp_path: Path):
    file = JsonLines(tmp_path)
    for use in (lambda: list(file.read()), lambda: file.append({}), lambda: file.compact([])):
        with pytest.raises(CatalogueError, match="cannot be read or written"):
            use()
