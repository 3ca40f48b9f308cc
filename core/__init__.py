"""Riko without Discord: catalogue, network, recommender, storage, services and command line."""
