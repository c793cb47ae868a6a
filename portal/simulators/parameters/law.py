"""The parameters in force on a day, as a rule reads them: `law.step_per_member`."""

from datetime import date
from fractions import Fraction
from typing import Any

from portal.simulators.engine.logic import cut, half_up
from portal.simulators.engine.unknowns import Unpublished
from portal.simulators.parameters.schema import Benefit, Row


class Law:
    """Passed to a rule as `law`. A parameter without a figure at the day comes out as `Unpublished`: any amount.

    There is none before the first row, after `until`, past `review_by` when nothing newer is known, when it was
    not yet known on `known_on`, and when only an unofficial page says it (confidence C) while the benefit claims
    to calculate.
    """

    __slots__ = ("_benefit", "_day", "_found", "_indices", "_known_on", "_library", "missing", "used")

    def __init__(
        self,
        benefit: Benefit,
        day: date,
        *,
        library: dict[str, Benefit],
        indices: dict[str, tuple[Row, ...]],
        known_on: date | None = None,
        used: dict[str, Row] | None = None,
        missing: set[str] | None = None,
    ) -> None:
        self._benefit = benefit
        self._day = day
        self._library = library
        self._indices = indices
        self._known_on = known_on
        self._found: dict[str, Any] = {}
        self.used: dict[str, Row] = {} if used is None else used
        self.missing: set[str] = set() if missing is None else missing

    def __getattr__(self, name: str) -> Any:
        rows = self._benefit.parameters.get(name)
        if rows is None:
            raise AttributeError(f"{self._benefit.name} has no parameter {name!r}")
        return self._figure(f"{self._benefit.name}.{name}", rows)

    def of(self, benefit: str) -> "Law":
        """The parameters of another benefit on the same day."""
        return Law(
            self._library[benefit],
            self._day,
            library=self._library,
            indices=self._indices,
            known_on=self._known_on,
            used=self.used,
            missing=self.missing,
        )

    def index(self, name: str) -> Any:
        """A public index (`smi`, `iprem_monthly`, …)."""
        return self._figure(f"indices.{name}", self._indices[name])

    def in_force(self, name: str) -> bool:
        """Whether a parameter has begun to apply (a rule that did not exist yet is no missing figure)."""
        return any(row.start <= self._day for row in self._benefit.parameters[name])

    def rounded(self, name: str, number: Any) -> Any:
        """A number rounded as the benefit's data declares for `name`."""
        how, places = self._benefit.rounding[name]
        return cut(number, places) if how == "truncate" else half_up(number, places)

    def _figure(self, name: str, rows: tuple[Row, ...]) -> Any:
        if name not in self._found:
            self._found[name] = self._look_up(name, rows)
        return self._found[name]

    def _look_up(self, name: str, rows: tuple[Row, ...]) -> Any:
        row = self._row(rows)
        if row is None:
            self.missing.add(name)
            return Unpublished(name)
        self.used[name] = row
        return _filled(name, row.value)

    def _row(self, rows: tuple[Row, ...]) -> Row | None:
        """The row in force on the day; the newest that was known.

        A row that a later one follows is settled; the last one holds until it is due for review.
        """
        known = [row for row in rows if self._known_on is None or row.known_from <= self._known_on]
        begun = [row for row in known if row.start <= self._day]
        if not begun:
            return None
        row = begun[-1]
        settled = row is not known[-1]
        if row.until is not None and self._day > row.until:
            return None
        if not settled and self._day > row.review_by:
            return None
        if row.confidence == "U" or (row.confidence == "C" and self._benefit.ship == "calculate"):
            return None
        return row


def _filled(name: str, value: Any) -> Any:
    """Cells printed as null were never published."""
    if isinstance(value, dict):
        return {key: _filled(f"{name}.{key}", each) for key, each in value.items()}
    return Unpublished(name) if value is None and not isinstance(value, (Fraction, tuple)) else value
