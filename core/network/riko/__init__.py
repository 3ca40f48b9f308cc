"""Riko's own network: a deep autoencoder beside sparse linear links, mixed by profile size."""
