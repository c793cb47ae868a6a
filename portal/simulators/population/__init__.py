"""The same rules on the columns of a whole city: what a benefit costs, whom it reaches, what a reform changes."""
