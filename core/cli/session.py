"""What a command opens before it can work: settings, bundle, catalogue, engine.

torch takes seconds to import, so everything that needs it is imported where it is used and
`riko --help` stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.cli.console import err

if TYPE_CHECKING:
    from pathlib import Path

    import typer

    from core.inference.steady import SteadyEngine
    from core.recommender.loading import Data
    from core.services.locations import Locations


def locations(ctx: typer.Context) -> Locations:
    """Return where this installation keeps its things, as `bot.__main__` found out."""
    return ctx.find_root().obj()


def open_data(ctx: typer.Context, bundle: Path | None, catalogue: Path | None) -> Data:
    """Load the bundle that is named, else that of the settings, and its catalogue.

    The catalogue is the one named; else the one inside a named bundle; else that of the settings;
    else the one `riko data` made; else the one inside the settings' bundle; else the starter's.
    """
    from core.recommender.loading import load_data

    home = locations(ctx)
    if bundle is None:
        return load_data(home.bundle, catalogue or home.chosen_catalogue, folder=home.data)
    return load_data(bundle, catalogue, home.chosen_catalogue, home.data)


def find_device(wanted: str) -> tuple[str, str | None]:
    """Return torch's name of the device to use, and a sentence if it is not the `wanted` one."""
    from core.inference.device import Available, DeviceChoice, devices_to_try

    choice = DeviceChoice(wanted)
    device = devices_to_try(choice, Available.here())[0]
    if choice in {DeviceChoice.AUTO, device}:
        return device, None
    return device, f"RIKO_DEVICE asks for {choice}, which is not here; Riko uses {device}."


def choose_device(ctx: typer.Context) -> str:
    """Return the device of the settings, or what there is instead, with a line that says so."""
    device, problem = find_device(locations(ctx).device)
    if problem:
        err.print(problem)
    return device


def steady_engine(data: Data, device: str) -> SteadyEngine:
    """Return an engine that goes on with the CPU, with a line that says so, if `device` fails."""
    from core.inference.device import CPU
    from core.inference.steady import SteadyEngine
    from core.recommender.engine import Engine

    return SteadyEngine(
        lambda name: Engine(data.bundle, data.catalogue, name),
        tuple(dict.fromkeys((device, CPU))),
        err.print,
    )


def build_engine(ctx: typer.Context, data: Data) -> SteadyEngine:
    """Return an engine on the device of the settings."""
    return steady_engine(data, choose_device(ctx))
