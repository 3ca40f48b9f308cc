"""The seed's network, RikoNet, kept whole: its class, its input, its training, its files."""
