"""What is timed; run with `python -m pytest benchmarks`."""
