"""stub"""

import typer


def train(ctx: typer.Context) -> None: ...
