"""Who writes: contacts and their addresses, proved, linked and untied, and who wants no messages."""
