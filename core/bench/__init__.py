"""How quick Riko is on this machine, beside the seed's way and what the memory can deliver."""
