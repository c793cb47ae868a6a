"""Video calls: the waiting room and the room, for the person, the professional and an interpreter with a link."""
