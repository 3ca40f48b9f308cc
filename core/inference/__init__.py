"""The worker thread that owns the network: micro-batches in, recommendations out."""
