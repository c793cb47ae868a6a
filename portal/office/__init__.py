"""The Virtual Social Office: what a person sees of their own, and what they can do about it."""
