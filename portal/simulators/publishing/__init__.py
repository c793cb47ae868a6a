"""New parameters: proposed by one person, approved by another, in force from their dates, kept for ever."""
