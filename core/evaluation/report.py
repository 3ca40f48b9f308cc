"""The table as sheets of text, for the screen and for the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.evaluation.figures import COVERAGE, LIST_METRICS, RATING_METRICS
from core.evaluation.protocol import ACTIVE_PEOPLE, ALL_PEOPLE, PROFILE_CUT, PROFILE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.evaluation.figures import Figure
    from core.evaluation.newcomers import NewcomerFigures
    from core.evaluation.run import Evaluation, RecommenderResult, SliceResult

EVERYBODY: Final = "everybody"
NDCG: Final = "liked NDCG@10"
HIT: Final = "liked hit in both lists"

_IN_DETAIL: Final = (NDCG, HIT, "RMSE", "calibration slope", COVERAGE)
_BY_POPULATION: Final = (ACTIVE_PEOPLE, ALL_PEOPLE)
_BY_PROFILE: Final = (PROFILE_CUT, PROFILE_SIZE)
_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of text; the first column names the recommender."""

    heading: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(evaluation: Evaluation, *, intervals: bool) -> list[Sheet]:
    """Return the overviews, each important metric by population and by profile, and the times.

    With `intervals` the overviews also give each figure's bounds.
    """
    show = _with_interval if intervals else _plain
    found = [
        _overview(evaluation, "Lists", LIST_METRICS, show),
        _overview(evaluation, "Predicted ratings", RATING_METRICS, show),
    ]
    for metric in _IN_DETAIL:
        for groups in (_BY_POPULATION, _BY_PROFILE):
            found += [_detail(evaluation, metric, group) for group in groups]
    found.append(_times(evaluation))
    return [sheet for sheet in found if len(sheet.header) > 1]


def newcomer_sheets(figures: NewcomerFigures) -> list[Sheet]:
    """Return how hidden titles are judged: the error of the ratings, and what is in the lists."""
    errors = (
        ("placed by content", figures.placement),
        ("network that knows them", figures.network),
        ("mean of all ratings", figures.overall),
        ("mean of the genres", figures.genres),
        ("genres and person", figures.person_and_genres),
    )
    lists = (
        ("placed by content", figures.hits, figures.places),
        ("network that knows them", figures.network_hits, figures.network_places),
    )
    return [
        Sheet(
            f"Ratings of hidden titles ({figures.ratings:,.0f} a draw)",
            ("", "RMSE"),
            tuple((name, f"{error:.3f}") for name, error in errors),
        ),
        Sheet(
            "Hidden titles in both lists",
            ("", "liked ones found", "share of the places"),
            tuple((name, f"{hits:.3f}", f"{places:.3f}") for name, hits, places in lists),
        ),
    ]


def markdown(evaluation: Evaluation, plot: str | None) -> str:
    """Return the whole report as Markdown; `plot` is the path of the picture as it is linked."""
    lines = ["# How good the recommendations are", "", *_method(evaluation), ""]
    if plot is not None:
        lines += [
            f"![Liked NDCG@10, hits and RMSE of every recommender, and short profiles]({plot})",
            "",
        ]
    for sheet in sheets(evaluation, intervals=True):
        lines += [f"## {sheet.heading}", "", _line(sheet.header)]
        lines.append(_line(["---", *["---:"] * (len(sheet.header) - 1)]))
        lines += [_line(row) for row in sheet.rows]
        lines.append("")
    return "\n".join(lines)


def part(result: RecommenderResult, group: str, name: str = EVERYBODY) -> SliceResult | None:
    """Return the recommender's figures for one group of people, if it has any."""
    return next((s for s in result.slices if (s.group, s.name) == (group, name)), None)


def _method(evaluation: Evaluation) -> list[str]:
    splits = len(evaluation.splits)
    who = (
        f"{evaluation.held_out_people:,} people were held out in {splits} "
        f"split{'s' if splits > 1 else ''} (each a tenth of everybody with two ratings or more, "
        "chosen by a hash of their id; no one is in two splits). A fifth of their ratings is "
        "hidden; from the others, in a fixed random order, each recommender predicts the hidden "
        f"scores and ranks {evaluation.ranked:,} of {evaluation.titles:,} titles. Baselines "
        "learn from everybody else. Riko answers through the same engine as in Discord; the two "
        "lists of the baselines are filled by the same filter."
    )
    what = (
        "Liked is a hidden title with 8 or more. Recall divides by what a list of 20 can hold at "
        "most; a hit is any liked hidden title among the 20 of Similar Anime and Anime You May "
        "Like. Log popularity is the mean of log(1 + ratings) of the ten titles shown. The "
        "calibration slope is that of given on predicted score, 1 being right. Brackets are 95 % "
        "bootstrap intervals over people; figures are means of the splits. The titles ranked "
        f"hold {100 * evaluation.reach:.1f} % of everything these people liked, and no list can "
        "find the rest."
    )
    notes = [f"**Note:** {caution}" for caution in evaluation.cautions]
    source = f"Digest of the ratings: `{evaluation.digest}`."
    return "\n\n".join([who, what, *notes, source]).split("\n")


def _overview(
    evaluation: Evaluation,
    subject: str,
    metrics: Sequence[str],
    show: Callable[[str, Figure], str],
) -> Sheet:
    rows: list[tuple[str, ...]] = []
    people = 0
    for result in evaluation.recommenders:
        everybody = part(result, ACTIVE_PEOPLE)
        cells = [_cell(everybody, metric, show) for metric in metrics]
        if everybody is not None and any(cell != _NOTHING for cell in cells):
            people = max(people, everybody.people)
            rows.append((result.name, *cells))
    return Sheet(f"{subject}: {_inline(ACTIVE_PEOPLE)} ({people:,})", ("", *metrics), tuple(rows))


def _times(evaluation: Evaluation) -> Sheet:
    rows = [
        (
            result.name,
            _NOTHING if result.fit_seconds is None else f"{result.fit_seconds:.0f}",
            f"{result.answer_milliseconds:.1f}",
            ", ".join(map(str, result.splits)),
        )
        for result in evaluation.recommenders
    ]
    header = ("", "seconds to fit", "milliseconds a person", "splits")
    return Sheet("Time", header, tuple(rows))


def _detail(evaluation: Evaluation, metric: str, group: str) -> Sheet:
    names: dict[str, int] = {}
    for result in evaluation.recommenders:
        for found in result.slices:
            if found.group == group:
                names[found.name] = max(names.get(found.name, 0), found.people)
    rows: list[tuple[str, ...]] = []
    for result in evaluation.recommenders:
        slices = [part(result, group, name) for name in names]
        cells = [_cell(found, metric, _plain) for found in slices]
        if any(cell != _NOTHING for cell in cells):
            rows.append((result.name, *cells))
    header = ("", *(f"{name} ({people:,})" for name, people in names.items()))
    return Sheet(f"{metric}: {_inline(group)}", header, tuple(rows))


def _cell(found: SliceResult | None, metric: str, show: Callable[[str, Figure], str]) -> str:
    figure = None if found is None else found.figures.get(metric)
    return _NOTHING if figure is None else show(metric, figure)


def _plain(metric: str, figure: Figure) -> str:
    return f"{figure.value:.{_places(metric)}f}"


def _with_interval(metric: str, figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return _plain(metric, figure)
    places = _places(metric)
    return f"{figure.value:.{places}f} ({figure.low:.{places}f}–{figure.high:.{places}f})"


def _places(metric: str) -> int:
    return 2 if metric.startswith("log") else 3


def _inline(heading: str) -> str:
    return heading[:1].lower() + heading[1:]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
