"""What a bundle's manifest says of how good it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.evaluation.protocol import ACTIVE_PEOPLE
from core.evaluation.report import part
from core.evaluation.run import RIKO

if TYPE_CHECKING:
    from core.evaluation.run import Evaluation
    from core.network.bundle import JsonValue


def model_card(evaluation: Evaluation) -> dict[str, JsonValue]:
    """Return the measured bundle's figures for a manifest, each with its interval if it has one."""
    result = next(found for found in evaluation.recommenders if found.name == RIKO)
    everybody = part(result, ACTIVE_PEOPLE)
    if everybody is None:
        return {}
    card: dict[str, JsonValue] = {
        "measured_on": f"{everybody.people:,} people with 10 ratings or more, "
        f"held out of training (split {', '.join(map(str, result.splits))})",
    }
    for name, figure in everybody.figures.items():
        card[name] = f"{figure.value:.3f}"
        if figure.low is not None and figure.high is not None:
            card[name] = f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"
    return card
