"""Ayudas económicas de emergencia y de especial necesidad of the City of Madrid."""

from portal.simulators.engine.logic import any_of, either


def ayudas_emergencia(home, law, check):
    """`access`: a social worker assesses, or no; `ceiling`: the most that may be paid of a cost, in euros."""
    check.holds("age", any_of(home.age >= law.adult_age, home.emancipated), value=home.age)
    check.holds("registered", home.registered)
    check.holds("need", home.need)
    check.holds("plan", home.plan)
    share = either(home.emergency, 1, law.max_share_of_cost)
    return {
        "access": either(check.all_met(), "assess", "no"),
        "ceiling": law.rounded("ceiling", home.cost * share),
        "reason": check.reason(),
    }
