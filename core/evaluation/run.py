"""Runs the whole table: every split, every recommender, every question."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.errors import InvalidInputError
from core.evaluation.answers import ask_engine, ask_scorer, no_clusters
from core.evaluation.figures import DRAWS, Figure, Tally, figures, tally
from core.evaluation.protocol import Exam, prepare, slice_names
from core.network.holdout import SPLITS
from core.recommender.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from core.clusters.clusters import Clusters
    from core.evaluation.answers import Answers
    from core.evaluation.baselines.scorer import Scorer
    from core.evaluation.baselines.table import Baseline
    from core.evaluation.data import EvaluationData
    from core.network.bundle import Bundle

RIKO: Final = "Riko"
HELD_OUT: Final = "held_out_split"
"""The entry of a manifest's `training` that names the split its bundle never saw."""
LEAST_RATINGS: Final = 5
"""Without a bundle, titles with this many ratings are measured, those that may be ranked."""


@dataclass(frozen=True, slots=True)
class SliceResult:
    """The figures of one recommender for one group of people; counts are over all splits."""

    group: str
    name: str
    people: int
    ratings: int
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class RecommenderResult:
    """All figures of one recommender, and the seconds a split took it on average."""

    name: str
    splits: tuple[int, ...]
    fit_seconds: float | None
    answer_milliseconds: float
    slices: tuple[SliceResult, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole table and what it was measured on; `cautions` are sentences to read first."""

    splits: tuple[int, ...]
    titles: int
    ranked: int
    training_people: int
    held_out_people: int
    reach: float
    digest: str
    cautions: tuple[str, ...]
    recommenders: tuple[RecommenderResult, ...]


class Steps(Protocol):
    """Is told how far the evaluation is."""

    def begin(self, name: str, people: int) -> None:
        """Learn that a recommender is being fitted and will then be asked for `people`."""
        ...

    def advance(self, people: int) -> None:
        """Learn that so many more people were answered."""
        ...

    def done(self, name: str, seconds: float) -> None:
        """Learn that the recommender is through with this split after `seconds`."""
        ...


@dataclass(slots=True)
class _Record:
    splits: list[int] = field(default_factory=list[int])
    fit_seconds: list[float] = field(default_factory=list[float])
    answer_milliseconds: list[float] = field(default_factory=list[float])
    tallies: list[dict[tuple[str, str], Tally]] = field(
        default_factory=list[dict[tuple[str, str], Tally]]
    )


def evaluate(
    data: EvaluationData,
    bundles: Sequence[Bundle],
    catalogue: Catalogue | None,
    baselines: Sequence[Baseline],
    splits: int,
    steps: Steps,
    *,
    draws: int = DRAWS,
) -> Evaluation:
    """Measure bundles and baselines on the first `splits` splits.

    Each bundle is measured on the split it was trained without, and lends that split's baselines
    its titles and clusters; other splits borrow those of the first bundle. Only titles of
    `catalogue` that are not adult are ranked; without a catalogue, all.

    Raises `InvalidInputError` when a bundle was trained without another split, or two without the
    same one.
    """
    if not 1 <= splits <= SPLITS:
        raise InvalidInputError(f"There are between 1 and {SPLITS} splits, not {splits}.")
    of_split, cautions = _assign(bundles, splits)
    records: dict[str, _Record] = {}
    exams: list[Exam] = []
    for split in range(splits):
        own = of_split.get(split)
        lender = own or (bundles[0] if bundles else None)
        ids = _ids(data, catalogue) if lender is None else lender.titles.ids
        clusters = no_clusters(len(ids)) if lender is None else lender.titles.clusters
        exam = prepare(data, split, ids, _ranked(ids, catalogue))
        exams.append(exam)
        if own is not None:
            _measure_bundle(own, exam, catalogue, records, steps)
        _measure_baselines(baselines, exam, clusters, records, steps)
    names = slice_names(exams)
    order = [RIKO, *(baseline.name for baseline in baselines)]
    return Evaluation(
        splits=tuple(range(splits)),
        titles=len(exams[0].ids),
        ranked=int(exams[0].ranked.sum()),
        training_people=sum(exam.training.ratings.users for exam in exams),
        held_out_people=sum(len(exam.questions[0].profiles) for exam in exams),
        reach=float(np.mean([exam.reach for exam in exams])),
        digest=data.training.digest,
        cautions=cautions,
        recommenders=tuple(
            _result(name, records[name], names, draws) for name in order if name in records
        ),
    )


def _assign(bundles: Sequence[Bundle], splits: int) -> tuple[Mapping[int, Bundle], tuple[str, ...]]:
    """Return which bundle is measured on which split, and what must be said about it."""
    of_split: dict[int, Bundle] = {}
    cautions: list[str] = []
    for bundle in bundles:
        split = bundle.manifest.training.get(HELD_OUT)
        if not isinstance(split, int):
            cautions.append(
                f"{bundle.path.name} does not say whom its training left out: it may have learned "
                "from the very people it is measured on, and its figures may flatter it."
            )
            split = 0
        elif not 0 <= split < splits:
            raise InvalidInputError(
                f"{bundle.path} was trained without the people of split {split} and knows those "
                f"of the others, so measure it with --splits {split + 1} or more."
            )
        if split in of_split:
            raise InvalidInputError(
                f"{of_split[split].path} and {bundle.path} are both for split {split}; "
                "name one bundle a split."
            )
        of_split[split] = bundle
    return of_split, tuple(cautions)


def _ids(data: EvaluationData, catalogue: Catalogue | None) -> NDArray[np.int32]:
    ids = data.training.ids[data.training.ratings.counts() >= LEAST_RATINGS]
    return ids[_ranked(ids, catalogue)]


def _ranked(ids: NDArray[np.int32], catalogue: Catalogue | None) -> NDArray[np.bool_]:
    if catalogue is None:
        return np.ones(len(ids), dtype=np.bool_)
    titles = [catalogue.get(anime_id) for anime_id in ids.tolist()]
    return np.array([title is not None and not title.adult for title in titles], dtype=np.bool_)


def _measure_bundle(
    bundle: Bundle,
    exam: Exam,
    catalogue: Catalogue | None,
    records: dict[str, _Record],
    steps: Steps,
) -> None:
    if catalogue is None:
        catalogue = Catalogue(Title(anime_id, str(anime_id)) for anime_id in exam.ids.tolist())
    steps.begin(RIKO, _people(exam))
    engine = Engine(bundle, catalogue, "cpu")
    began = time.perf_counter()
    answers = [ask_engine(engine, q, exam.ids, steps.advance) for q in exam.questions]
    _note(records, RIKO, exam, answers, None, time.perf_counter() - began)
    steps.done(RIKO, time.perf_counter() - began)


def _measure_baselines(
    baselines: Sequence[Baseline],
    exam: Exam,
    clusters: Clusters,
    records: dict[str, _Record],
    steps: Steps,
) -> None:
    fitted: dict[str, Scorer] = {}
    seconds: dict[str, float] = {}
    for baseline in baselines:
        name = baseline.name
        steps.begin(name, _people(exam))
        began = time.perf_counter()
        fitted[name] = scorer = baseline.fit(exam.training, fitted)
        seconds[name] = time.perf_counter() - began + sum(seconds[part] for part in baseline.parts)
        lists_by = clusters if baseline.clusters is None else baseline.clusters(exam.ids)
        asked = time.perf_counter()
        answers = [
            ask_scorer(scorer, q, exam.ranked, lists_by, steps.advance) for q in exam.questions
        ]
        _note(records, name, exam, answers, seconds[name], time.perf_counter() - asked)
        steps.done(name, time.perf_counter() - began)


def _people(exam: Exam) -> int:
    return sum(len(question.profiles) for question in exam.questions)


def _note(
    records: dict[str, _Record],
    name: str,
    exam: Exam,
    answers: Sequence[Answers],
    fit_seconds: float | None,
    answer_seconds: float,
) -> None:
    record = records.setdefault(name, _Record())
    record.splits.append(exam.split)
    if fit_seconds is not None:
        record.fit_seconds.append(fit_seconds)
    record.answer_milliseconds.append(1000 * answer_seconds / max(_people(exam), 1))
    counts = exam.training.ratings.counts()
    merged: dict[tuple[str, str], Tally] = {}
    for question, answer in zip(exam.questions, answers, strict=True):
        merged |= tally(answer, question, exam.ranked, counts)
    record.tallies.append(merged)


def _result(
    name: str, record: _Record, slices: Sequence[tuple[str, str]], draws: int
) -> RecommenderResult:
    results: list[SliceResult] = []
    for group, part in slices:
        tallies = [found[group, part] for found in record.tallies if (group, part) in found]
        if tallies:
            results.append(
                SliceResult(
                    group,
                    part,
                    people=sum(len(found.sums) for found in tallies),
                    ratings=sum(found.ratings for found in tallies),
                    figures=figures(tallies, draws),
                )
            )
    return RecommenderResult(
        name=name,
        splits=tuple(record.splits),
        fit_seconds=float(np.mean(record.fit_seconds)) if record.fit_seconds else None,
        answer_milliseconds=float(np.mean(record.answer_milliseconds)),
        slices=tuple(results),
    )
