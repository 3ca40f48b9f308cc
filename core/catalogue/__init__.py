"""Which titles exist: load, clean and search them."""
