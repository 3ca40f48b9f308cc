"""What the recommender must beat, each in a few honest lines."""
