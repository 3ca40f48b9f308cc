"""One file per command group; a cog acknowledges, calls one service and hands the result to `bot.ui`."""
