"""What a person says once, and what each benefit's rule makes of it."""
