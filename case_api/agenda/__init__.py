"""Agendas, free slots, bookings."""
