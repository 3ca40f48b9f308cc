"""Taking in what people scored elsewhere: looked at first, then saved as a whole or not at all."""
