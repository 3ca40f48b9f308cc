"""The autoencoder, the user vector, training, and the bundle on disk."""
