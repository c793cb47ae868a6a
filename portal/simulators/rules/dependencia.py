"""Dependencia: grade, money range and hours of home help (RD 174/2011, RD 1051/2013)."""

from portal.simulators.engine.logic import all_of, either, first_of, lookup, one_of
from portal.simulators.engine.unknowns import span

KINDS = ("service", "home_help", "day_centre", "residence", "personal_assistance", "family_care")


def dependencia(home, law, check):
    """`grade` none, I, II or III; `min` and `max` in euros a month; `sad_hours` a month, least and most."""
    bands = law.bvd
    grade = first_of(
        *((home.bvd >= bands[name][0], name) for name in ("III", "II", "I")),
        otherwise="none",
    )
    check.holds("grade", home.bvd >= bands["I"][0], value=home.bvd)
    check.holds("residence", home.residence_years)

    maxima = law.max_monthly
    most = first_of(
        *((one_of(home.kind, kind), lookup(maxima[kind], grade)) for kind in KINDS[1:]),
        otherwise=lookup(maxima[KINDS[0]], grade),
    )
    if law.in_force("max_grade_III_plus"):
        linked = one_of(home.kind, "home_help", "personal_assistance")
        most = either(all_of(home.extreme, home.bvd >= bands["III"][0], linked), law.max_grade_III_plus, most)
    met = check.all_met()
    return {
        "grade": grade,
        "min": either(met, lookup(law.min_monthly, grade), 0),
        "max": either(met, most, 0),
        "sad_hours_least": either(met, lookup(law.sad_hours_least, grade), 0),
        "sad_hours_most": either(met, lookup(law.sad_hours_most, grade), 0),
        "reason": check.reason(),
    }


def restate(answers, law):
    """People know their recognised grade, not their points: a grade said is the points of its band.

    Returns the points as a span, whether or not points were said too; a span that is empty is a contradiction.
    """
    bands = {"none": (0, law.bvd["I"][0] - 1), **law.bvd}
    least, most = bands[answers["grade"]]
    if "bvd" in answers and not least <= answers["bvd"] <= most:
        raise ValueError("grade")
    return {"bvd": answers.get("bvd", span(least, most))}
