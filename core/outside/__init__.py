"""How Riko talks to the web: politely, within limits, and expecting the worst."""
