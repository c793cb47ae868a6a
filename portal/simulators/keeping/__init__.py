"""A result that a person asks to keep: in their folder, sealed, until they delete it. Nothing else is ever stored."""
