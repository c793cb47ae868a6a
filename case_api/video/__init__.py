"""Video calls: the waiting room and its door. What is said never passes through here, and nothing of it is kept."""
