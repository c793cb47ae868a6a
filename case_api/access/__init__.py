"""Who may see what, and why; and the log of who looked."""
