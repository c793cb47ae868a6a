"""What staff plan: weekly hours, absences, rooms, reasons, holidays, closures, and their history."""
