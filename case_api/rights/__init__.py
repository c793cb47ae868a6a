"""The person's rights over their data: copies of everything, requests with a deadline, and nothing kept too long."""
