"""`riko predict`: recommendations for a file of people, one JSON object a line."""

from __future__ import annotations

import json
import math
import os
from codecs import BOM_UTF8
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from core.cli.answers import as_json, to_line
from core.cli.console import err, transfers
from core.cli.options import AdultOption, BundleOption, CatalogueOption, RankingOption
from core.cli.session import build_engine, open_data
from core.errors import InvalidInputError, RikoError, shorten
from core.person import Taste, check_age, check_gender, check_score
from core.recommender.request import Ranking, Request

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from typing import BinaryIO, NoReturn, TextIO

    from rich.progress import Progress

    from core.inference.steady import SteadyEngine

RANKING_SIZE: Final = 100
_BATCH: Final = 64


def predict(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="One person a line.")],
    target: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="One answer a line.")],
    bundle: BundleOption = None,
    catalogue: CatalogueOption = None,
    ranking: RankingOption = Ranking.BLEND,
    adult: AdultOption = "exclude",
) -> None:
    """Recommend for many people at once; a bad line is answered with what is wrong with it."""
    with _opened(source) as file, transfers() as bar:
        engine = build_engine(ctx, open_data(ctx, bundle, catalogue))
        lines = _read_through(file, source, bar)
        failed = 0
        try:
            with _whole_file(target) as out:
                for answer in _answers(engine, lines, ranking, allow_adult=adult == "include"):
                    failed += "error" in answer
                    out.write(to_line(answer) + "\n")
        except OSError as error:
            raise RikoError(f"{target} cannot be written: {error.strerror}.") from error
    if failed:
        err.print(f"{failed} of the lines were not answered; what stands in their place says why.")
        raise typer.Exit(1)


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise RikoError(f"{source} cannot be read: {error.strerror}.") from error


def _read_through(file: BinaryIO, source: Path, bar: Progress) -> Iterator[bytes]:
    """Yield the lines of `file` when they are needed, and show in `bar` how far that is.

    They end at a line feed alone: `str.splitlines` cuts also at what JSON allows inside a text.
    """
    whole = source.stat().st_size if source.is_file() else None
    task = bar.add_task("Predicting", total=whole)
    try:
        for line in file:
            yield line
            bar.advance(task, len(line))
    except OSError as error:
        raise RikoError(f"{source} cannot be read: {error.strerror}.") from error


@contextmanager
def _whole_file(target: Path) -> Generator[TextIO]:
    """Give a file to write that becomes `target` at the end, if all went well."""
    if target.exists() and not target.is_file():
        # a pipe or a terminal, which nothing may replace
        with target.open("w", encoding="utf-8") as file:
            yield file
        return
    target = target.resolve()
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with draft.open("w", encoding="utf-8") as file:
            yield file
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _holds_something(line: bytes) -> bool:
    return bool(line.strip(b" \t\r\n"))


def _answers(
    engine: SteadyEngine, lines: Iterable[bytes], ranking: Ranking, *, allow_adult: bool
) -> Iterator[dict[str, object]]:
    """Yield one answer a non-empty line, in order, a batch of people at a time."""
    waiting: list[tuple[object, Request | InvalidInputError]] = []
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(BOM_UTF8)
        if _holds_something(line):
            person, request = _read(line, ranking, allow_adult=allow_adult)
            if isinstance(request, InvalidInputError):
                request = InvalidInputError(f"Line {number}: {request}")
            waiting.append((person, request))
        if len(waiting) >= _BATCH:
            yield from _answer(engine, waiting)
            waiting.clear()
    yield from _answer(engine, waiting)


def _answer(
    engine: SteadyEngine, waiting: list[tuple[object, Request | InvalidInputError]]
) -> Iterator[dict[str, object]]:
    requests = [request for _, request in waiting if isinstance(request, Request)]
    lists = iter(engine.recommend(requests))
    for person, request in waiting:
        if isinstance(request, Request):
            yield {"id": person} | as_json(next(lists))
        else:
            yield {"id": person, "error": str(request)}


def _read(
    line: bytes, ranking: Ranking, *, allow_adult: bool
) -> tuple[object, Request | InvalidInputError]:
    """Return the person's id (`None` if unreadable) and the request, or what is wrong with it."""
    person: object = None
    try:
        record = _record(json.loads(line.decode(), parse_constant=_no_number, parse_float=_finite))
        person = _person(record)
        request = Request(
            taste=_taste(record),
            ranking=ranking,
            allow_adult=allow_adult,
            ranking_size=RANKING_SIZE,
            want=tuple(_anime_id(item) for item in _list(record, "want")),
        )
    except InvalidInputError as error:
        return person, error
    except UnicodeDecodeError:
        return person, InvalidInputError("It is not UTF-8 text.")
    except json.JSONDecodeError as error:
        return person, InvalidInputError(f"It is not JSON ({error.msg}, column {error.colno}).")
    except (ValueError, RecursionError) as error:
        return person, InvalidInputError(f"It is not JSON ({error}).")
    return person, request


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number there")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        _no_number(digits)
    return number


def _person(record: dict[str, object]) -> str | float | None:
    person = record.get("id")
    if person is None or isinstance(person, (str, int, float)):
        return person
    raise InvalidInputError(f"“id” is a text or a number, not {shorten(person)}.")


def _record(raw: object) -> dict[str, object]:
    if not isinstance(raw, dict):
        raise InvalidInputError("A line is a JSON object.")
    return cast("dict[str, object]", raw)


def _taste(record: dict[str, object]) -> Taste:
    age, gender = record.get("age"), record.get("gender")
    ratings: list[tuple[int, int]] = []
    for item in _list(record, "ratings"):
        pair = cast("list[object]", item)
        if not isinstance(item, list) or len(pair) != 2:
            raise InvalidInputError(f"A rating is [title id, score], not {shorten(pair)}.")
        ratings.append((_anime_id(pair[0]), check_score(pair[1])))
    return Taste.of(
        ratings,
        age=None if age is None else check_age(age, minimum=1),
        gender=None if gender is None else check_gender(gender),
    )


def _list(record: dict[str, object], name: str) -> list[object]:
    value = record.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidInputError(f"“{name}” is a list, not {shorten(value)}.")
    return cast("list[object]", value)


def _anime_id(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidInputError(f"A title id is a positive whole number, not {shorten(value)}.")
    return value
