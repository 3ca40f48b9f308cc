"""What ships with Riko: a hand-written catalogue and a trained bundle."""
