"""What a command opens before it can work: settings, bundle, catalogue, engine.

torch takes seconds to import, so everything that needs it is imported where it is used and
`riko --help` stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import typer

    from core.recommender.engine import Engine
    from core.recommender.loading import Data
    from core.services.locations import Locations


def locations(ctx: typer.Context) -> Locations:
    """Return where this installation keeps its things, as `bot.__main__` found out."""
    return ctx.find_root().obj()


def open_data(ctx: typer.Context, bundle: Path | None, catalogue: Path | None) -> Data:
    """Load bundle and catalogue: those named, else those of the settings, else the starter's."""
    from core.recommender.loading import load_data

    home = locations(ctx)
    return load_data(bundle or home.bundle, catalogue or (None if bundle else home.catalogue))


def build_engine(ctx: typer.Context, data: Data) -> Engine:
    """Build the engine on the device of the settings."""
    from core.inference.device import Available, DeviceChoice, devices_to_try
    from core.recommender.engine import Engine

    device = devices_to_try(DeviceChoice(locations(ctx).device), Available.here())[0]
    return Engine(data.bundle, data.catalogue, device)
