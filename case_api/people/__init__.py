"""People, and the social history that a professional opened for them."""
