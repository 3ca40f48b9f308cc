"""How good are the recommendations: people held out, what was hidden from them, baselines."""
