"""The commands that need no Discord, one file per group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.cli import bundle, data, db
from core.cli.doctor import doctor
from core.cli.evaluate import evaluate
from core.cli.predict import predict
from core.cli.recommend import recommend
from core.cli.train import train

if TYPE_CHECKING:
    import typer

_RECOMMENDING = "Recommendations"
_NETWORK = "Network"
_INSTALLATION = "Installation"


def register(app: typer.Typer) -> None:
    """Add the commands of this package to `app`, grouped as `riko --help` shows them.

    They expect `ctx.obj` to be a function that returns the `Locations` of this installation.
    """
    app.command(rich_help_panel=_RECOMMENDING)(recommend)
    app.command(rich_help_panel=_RECOMMENDING)(predict)
    app.command(rich_help_panel=_NETWORK)(train)
    app.command(rich_help_panel=_NETWORK)(evaluate)
    app.add_typer(bundle.app, name="bundle", rich_help_panel=_NETWORK)
    app.add_typer(data.app, name="data", rich_help_panel=_INSTALLATION)
    app.add_typer(db.app, name="db", rich_help_panel=_INSTALLATION)
    app.command(rich_help_panel=_INSTALLATION)(doctor)
