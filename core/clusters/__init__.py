"""Titles grouped by taste, and the opposite of each group."""
