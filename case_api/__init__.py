"""Floor 1: the record of each person and its one door."""
