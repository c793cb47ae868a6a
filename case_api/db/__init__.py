"""The database: engine, base of the tables, and the unit of work."""

from case_api.db.base import Base, Instant, new_id
from case_api.db.unit import Unit, current_unit, unit_of_work

__all__ = ["Base", "Instant", "Unit", "current_unit", "new_id", "unit_of_work"]
