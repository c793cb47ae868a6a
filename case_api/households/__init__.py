"""Whom a person lives with, who acts for them, and the key that the desk gives to whom Cl@ve cannot serve."""
