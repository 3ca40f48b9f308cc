"""The `riko` command."""

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.garbage import uncollected
from core.cli import register
from core.errors import RikoError
from core.services.locations import Locations

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    name="riko",
    help="Anime recommendations on Discord, from a network of your own.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_DISCORD = "Discord"


@cache
def _settings() -> "Settings":
    from bot.settings import Settings  # a command that needs no settings must not fail on them

    return Settings.load()


def _locations() -> Locations:
    return _settings().locations()


@app.callback()
def prepare(ctx: typer.Context) -> None:
    """Give every command the means to find its files, which reads the settings when used."""
    ctx.obj = _locations


@app.command(rich_help_panel=_DISCORD)
def run() -> None:
    """Run the bot on Discord."""
    settings = _settings()
    settings.discord_token()  # a missing one is said before the seconds torch takes to import

    with uncollected():
        from bot.app import run_bot
        from bot.logs import set_up_logging
        from bot.stopping import run_until_stopped

    set_up_logging(settings.log_level)
    run_until_stopped(run_bot(settings))


@app.command(rich_help_panel=_DISCORD)
def play(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port of the page; 0 takes any free one.")
    ] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    home: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the playground's data; “play” in Riko's by default.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Try Riko in a simulated Discord in the browser: no token, nothing leaves this computer."""
    with uncollected():
        from bot.logs import set_up_logging
        from bot.playground import play as play_until_closed
        from bot.playground import playground_settings
        from bot.stopping import run_until_stopped

    settings = _settings()
    set_up_logging(settings.log_level)
    run_until_stopped(
        play_until_closed(playground_settings(settings, home), port=port, browser=browser)
    )


@app.command(rich_help_panel="Installation")
def bench(
    json_: Annotated[
        Path | None, typer.Option("--json", help="Write all figures here.", show_default=False)
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the curves here, a PNG.", show_default=False)
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Measure less, in a minute and a half.")
    ] = False,
) -> None:
    """Measure how quick Riko is here, in about six minutes in which nothing else should run."""
    from core.bench.run import PARTS
    from core.cli.bench import bench as measure

    parts = list(PARTS)
    if find_spec("simcord") is None:
        typer.echo(
            "Without the simulated Discord (riko[play]) commands are not measured.", err=True
        )
    else:
        from bot.bench import end_to_end, start

        parts = [
            ("the start", start.measure),
            *parts,
            ("a crowd in a simulated Discord", end_to_end.measure),
        ]
    measure(parts, json_, plot, quick=quick)


register(app)


def main() -> None:
    """Run the command line; a failure the person can mend becomes one line and exit code 1."""
    try:
        app(prog_name="riko")
    except RikoError as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
