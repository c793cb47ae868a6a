"""A synthetic city: everybody in it is invented, and looks it."""
