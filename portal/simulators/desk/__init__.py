"""The desk of the benefits' parameters: what is in force, what is due, drafts, and what a change does to the city."""
