"""What follows a booking: reminders, answers, links without a login, calendars."""
