"""The commands that need no Discord, one file per group."""
