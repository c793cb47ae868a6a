"""/api/v1: the record and the agenda for other programs, through the same door as the pages."""
