"""Pictures the bot draws: sheets of posters and charts. Pure functions from plain data to bytes."""
