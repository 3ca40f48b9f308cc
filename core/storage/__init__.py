"""Tables, engine, and one session per unit of work."""
