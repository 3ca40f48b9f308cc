"""The shipped network against the same sums written down plainly, in float64 and title by title."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core import starter
from core.network.bundle import load_bundle
from core.network.demographics import BRACKETS, GENDERS
from core.network.predictor import LeftOut
from core.network.quantise import dequantise
from core.network.riko.mixer import KNOTS
from core.network.riko.predictor import RikoPredictor
from core.person import AgeBracket, Gender, Taste

if TYPE_CHECKING:
    from core.network.bundle import Bundle


@dataclass
class Plain:
    """Reads one profile at a time, with dense matrices and no tricks."""

    bundle: Bundle

    def __post_init__(self) -> None:
        self.of = {name: tensor.numpy() for name, tensor in dequantise(self.bundle.weights).items()}
        self.index = self.bundle.titles.index_of
        self.titles = len(self.index)

    def weight(self, name: str) -> np.ndarray:
        return self.of[name].astype(np.float64)

    def links(self, name: str, values: np.ndarray) -> np.ndarray:
        source = self.of[f"links.{name}.source"].view(np.uint16).astype(int)
        return (values[source] * self.weight(f"links.{name}.weight")).sum(axis=1)

    def layer(self, name: str, x: np.ndarray) -> np.ndarray:
        return self.weight(f"network.{name}.weight") @ x + self.weight(f"network.{name}.bias")

    def normalised(self, name: str, x: np.ndarray) -> np.ndarray:
        unit = (x - x.mean()) / np.sqrt(x.var() + 1e-5)
        return unit * self.weight(f"network.{name}.weight") + self.weight(f"network.{name}.bias")

    def read(self, taste: Taste, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Return ratings and blend of every title; weights are those of `size` ratings."""
        known = [(self.index[i], score) for i, score in taste.ratings if i in self.index]
        rated = np.array([index for index, _ in known], dtype=int)
        score = np.array([score for _, score in known], dtype=np.float64)
        bias, mean = self.weight("biases.title"), float(self.of["biases.mean"][0])
        above = score - mean - bias[rated]
        own = above.sum() / (len(known) + 8)
        left = above - own
        spread = np.sqrt(((left**2).sum() + 5 * 1.4) / (len(known) + 5))

        present, residual = np.zeros(self.titles), np.zeros(self.titles)
        present[rated], residual[rated] = 1, left
        links = self.links("presence", present) + self.links("rated", residual)
        neighbours = self.links("residual", residual)

        scale = max(len(known), 1) ** -0.5
        clipped = np.clip(left, -4, 4) / 1.3
        gender = len(GENDERS) if taste.gender is None else GENDERS.index(taste.gender)
        bracket = len(BRACKETS) if taste.age is None else BRACKETS.index(AgeBracket.of(taste.age))
        figures = np.array([np.log1p(len(known)) / 3, own, spread - 1.2, float(not known)])
        x = (
            scale * self.weight("network.presence_in")[rated].sum(axis=0)
            + scale * (clipped @ self.weight("network.residual_in")[rated])
            + self.weight("network.gender.weight")[gender]
            + self.weight("network.bracket.weight")[bracket]
            + self.layer("figures", figures)
        )
        x = silu(self.normalised("input_norm", x))
        x = x + silu(self.normalised("hidden_norm", self.layer("hidden", x)))
        logits = self.weight("network.presence_out") @ self.layer("presence_head", x)
        logits += self.weight("network.presence_bias")
        log_presence = logits - np.log(np.exp(logits - logits.max()).sum()) - logits.max()
        deep = self.weight("network.residual_out") @ self.layer("residual_head", x)
        deep += self.weight("network.residual_bias")

        log_count = self.weight("figures.log_count")
        one = np.ones(self.titles)
        above_usual = self.mixed(
            "rating",
            size,
            [
                one,
                own * one,
                spread * one,
                bias,
                log_count,
                neighbours,
                deep,
                np.clip(links, -0.2, 1),
                np.log(np.maximum(links, 0) + 0.05),
                log_presence * 0.1,
            ],
        )
        blend = self.mixed(
            "ranking",
            size,
            [
                links,
                np.log(np.maximum(links, 0) + 0.01),
                np.log(np.maximum(links, 0) + 0.1),
                log_presence,
                log_count,
                above_usual + bias,
                neighbours,
            ],
        )
        return above_usual + own + bias + mean, blend

    def mixed(self, head: str, size: int, features: list[np.ndarray]) -> np.ndarray:
        knots = np.log1p(KNOTS)
        weights = self.weight(f"mixer.{head}").T
        total = np.zeros(self.titles)
        for weight, feature in zip(weights, features, strict=True):
            total += float(np.interp(np.log1p(size), knots, weight)) * feature
        return total


def silu(x: np.ndarray) -> np.ndarray:
    return x / (1 + np.exp(-x))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(starter.BUNDLE)


@pytest.fixture(scope="module")
def plain(bundle: Bundle) -> Plain:
    return Plain(bundle)


@pytest.fixture(scope="module")
def predictor(bundle: Bundle) -> RikoPredictor:
    return RikoPredictor(bundle, "cpu")


def tastes_of(bundle: Bundle, *sizes: int) -> list[Taste]:
    """Return people who have rated so many titles, popular ones more often, each said in full."""
    random = np.random.default_rng(3)
    popular = bundle.titles.counts / bundle.titles.counts.sum()
    return [
        Taste(
            (None, 14, 30)[int(random.integers(3))],
            (None, *Gender)[int(random.integers(1 + len(Gender)))],
            tuple(
                (int(anime_id), int(random.integers(1, 11)))
                for anime_id in random.choice(bundle.titles.ids, size, replace=False, p=popular)
            ),
        )
        for size in sizes
    ]


def test_a_batch_predicts_what_the_plain_sums_give(
    bundle: Bundle, plain: Plain, predictor: RikoPredictor
) -> None:
    # From three ratings on: with fewer, who says age or gender is treated apart.
    tastes = tastes_of(bundle, 3, 5, 20, 60, 300)
    tastes += [Taste(), Taste(ratings=((999_999_999, 5),)), Taste(ratings=tastes[0].ratings[:1])]
    prediction = predictor.predict(tastes)
    assert prediction.rating.dtype == prediction.blend.dtype == np.float32
    for row, taste in enumerate(tastes):
        size = sum(anime_id in plain.index for anime_id, _ in taste.ratings)
        rating, blend = plain.read(taste, size)
        np.testing.assert_allclose(prediction.rating[row], rating, atol=1e-4)
        np.testing.assert_allclose(prediction.blend[row], blend, atol=1e-3)
        best = np.argsort(-blend)[:20]
        found = prediction.blend[row][best]
        assert (np.diff(found) < 1e-4).all(), "the order is that of the plain sums"


def test_with_a_rating_left_out_some_titles_score_what_the_plain_sums_give(
    bundle: Bundle, plain: Plain, predictor: RikoPredictor
) -> None:
    [taste] = tastes_of(bundle, 30)
    ratings = [taste.ratings[i] for i in (0, 9, 29)]
    titles = np.array([0, 17, 400, len(plain.index) - 1], dtype=np.intp)
    question = LeftOut(taste, ratings, titles)
    [effects] = predictor.effects([question], predictor.predict([taste]), exact=True)
    whole = plain.read(taste, 30)[1][titles]
    without = [plain.read(taste.without(anime_id), 30)[1][titles] for anime_id, _ in ratings]
    np.testing.assert_allclose(effects, whole - np.array(without), atol=1e-3)


def test_reasons_are_hardly_ever_others_than_the_exact_ones(
    bundle: Bundle, predictor: RikoPredictor
) -> None:
    tastes = tastes_of(bundle, *[2, 5, 8, 10, 20, 20, 40, 100] * 5)
    whole = predictor.predict(tastes)
    titles = np.argsort(-whole.blend, axis=1)[:, :20]
    questions = [
        LeftOut(taste, taste.ratings[:12], best) for taste, best in zip(tastes, titles, strict=True)
    ]
    found = predictor.effects(questions, whole)
    exact = predictor.effects(questions, whole, exact=True)
    column = np.arange(titles.shape[1])
    named = np.stack([effects.argmax(axis=0) for effects in found])
    right = np.stack([effects.argmax(axis=0) for effects in exact])
    assert (named == right).mean() >= 0.99
    strongest = np.stack([e[row, column] for e, row in zip(exact, right, strict=True)])
    chosen = np.stack([e[row, column] for e, row in zip(exact, named, strict=True)])
    said = np.stack([e[row, column] for e, row in zip(found, named, strict=True)])
    assert (strongest - chosen <= 0.05 * np.abs(strongest)).mean() >= 0.998
    assert (np.sign(said) == np.sign(strongest)).mean() >= 0.998
    assert np.median(np.abs(said / strongest - 1)) < 0.005


def test_effects_of_many_are_those_of_each_alone(bundle: Bundle, predictor: RikoPredictor) -> None:
    tastes = tastes_of(bundle, 3, 30, 9, 1)
    unknown = replace(tastes[1], ratings=((999_999_999, 8), *tastes[1].ratings))
    questions = [
        LeftOut(tastes[0], tastes[0].ratings[1:], np.array([4, 9])),
        LeftOut(unknown, unknown.ratings[5:10], np.array([7, 400, 8])),
        LeftOut(tastes[2], tastes[2].ratings, np.array([30])),
        LeftOut(tastes[3], tastes[3].ratings, np.array([1, 2, 3, 4])),
    ]
    together = predictor.effects(questions, predictor.predict([q.taste for q in questions]))
    for question, effects in zip(questions, together, strict=True):
        assert effects.shape == (len(question.ratings), len(question.titles))
        [alone] = predictor.effects([question], predictor.predict([question.taste]))
        np.testing.assert_allclose(effects, alone, atol=2e-3)
    assert predictor.effects([], predictor.predict([])) == []
