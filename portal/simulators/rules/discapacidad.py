"""Reconocimiento del grado de discapacidad: what a grade opens; the grade itself is not simulated."""

from portal.simulators.engine.logic import first_of


def discapacidad(home, law, check):
    """`recognised` (33 % or more); `equated` for some purposes by a pension; `class` of the scale."""
    scale = law.class_from
    return {
        "recognised": check.at_least("grade", home.grade, law.threshold, required=False),
        "equated": check.holds("incapacity_pension", home.incapacity_pension, required=False),
        "class": first_of(
            *((home.grade >= scale[name], name) for name in ("total", "severe", "moderate", "slight")),
            otherwise="insignificant",
        ),
    }
