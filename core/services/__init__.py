"""What the bot can ask for; every answer is a frozen dataclass."""
