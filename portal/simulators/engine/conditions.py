"""What a rule checks, kept for the explanation: each condition with value, limit, article and outcome."""

from dataclasses import dataclass, field
from typing import Any

from portal.simulators.engine.logic import all_of, any_of, first_failed, negation
from portal.simulators.engine.unknowns import UNDECIDED
from portal.simulators.parameters.schema import ConditionText

MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"


@dataclass(frozen=True, slots=True)
class Checked:
    """One condition as it came out."""

    name: str
    outcome: Any
    value: Any
    limit: Any
    comparison: str | None
    required: bool
    source: ConditionText

    @property
    def state(self) -> str:
        """`met`, `not_met` or `unknown`."""
        return UNKNOWN if self.outcome is UNDECIDED else MET if self.outcome is True else NOT_MET


@dataclass(slots=True)
class Conditions:
    """Passed to a rule as `check`. Conditions are asked in the order of the law; the first that fails is the reason.

    `provisional` lets conditions that the data declares `provisional` (nobody asked yet, the office will check)
    count as met while they are unknown: the outcome is then "provided that …", and they stay listed as unknown.
    """

    declared: dict[str, ConditionText]
    provisional: bool = False
    reasons: bool = True
    checked: list[Checked] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    _needed: list[tuple[str, Any]] = field(default_factory=list)

    def below(self, name: str, value: Any, limit: Any, *, applies: Any = True, required: bool = True) -> Any:
        """Whether value < limit."""
        return self._keep(name, value < limit, value, limit, "<", applies, required)

    def at_most(self, name: str, value: Any, limit: Any, *, applies: Any = True, required: bool = True) -> Any:
        """Whether value ≤ limit."""
        return self._keep(name, value <= limit, value, limit, "<=", applies, required)

    def at_least(self, name: str, value: Any, limit: Any, *, applies: Any = True, required: bool = True) -> Any:
        """Whether value ≥ limit."""
        return self._keep(name, value >= limit, value, limit, ">=", applies, required)

    def holds(self, name: str, truth: Any, *, value: Any = None, applies: Any = True, required: bool = True) -> Any:
        """Whether something that is no comparison of two numbers holds."""
        return self._keep(name, truth, value, None, None, applies, required)

    def all_met(self) -> Any:
        """Whether every required condition checked so far holds."""
        return all_of(*(outcome for _, outcome in self._needed))

    def reason(self) -> Any:
        """The name of the first required condition that fails, None if none does (or nobody wants to know)."""
        return first_failed(self._needed) if self.reasons else None

    def figure(self, name: str, value: Any) -> Any:
        """Keep an intermediate figure (a guaranteed income, a threshold) for the explanation; gives it back."""
        self.figures[name] = value
        return value

    def _keep(
        self, name: str, outcome: Any, value: Any, limit: Any, comparison: str | None, applies: Any, required: bool
    ) -> Any:
        source = self.declared[name]
        if applies is not False:
            self.checked.append(Checked(name, outcome, value, limit, comparison, required, source))
            if outcome is UNDECIDED and self.provisional and source.provisional:
                outcome = True
        if applies is not True:
            outcome = any_of(negation(applies), outcome)
        if required:
            self._needed.append((name, outcome))
        return outcome
