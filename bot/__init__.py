"""The Discord side of Riko: commands, what a person sees, and the process that runs them."""
