"""What is measured with Discord, simulated; needs the `play` extra."""
