"""Renta Mínima de Inserción (Ley 15/2001 of the Comunidad de Madrid)."""

from portal.simulators.engine.logic import all_of, any_of, either, greatest, least, negation


def rmi(home, law, check):
    """The monthly amount in euros, and the reason when it is 0."""
    adult = home.age >= law.adult_age
    ordinary = all_of(home.age > law.over_age, home.age < law.under_age)
    check.holds("age", any_of(ordinary, all_of(adult, any_of(home.dependents, home.regulated_case))), value=home.age)
    check.holds("residence", home.residence_year)
    check.holds("unit_6_months", home.unit_6_months, applies=home.members >= 2)
    check.holds("children_in_school", home.children_in_school)
    check.holds("asked_before", home.asked_before)
    check.holds("programme", home.programme)
    check.holds("left_job", negation(home.left_job))

    guaranteed = check.figure("guaranteed_income", guaranteed_income(law, home.members))
    check.below("income", home.monthly_income, guaranteed)
    month = law.of("pnc").annual / 12
    others = greatest(home.members - 2, 0)
    share = either(home.members >= 2, law.threshold_second, 0) + law.threshold_additional * others
    check.below("lack_of_means", home.monthly_income, month * (1 + share))

    amount = law.rounded("amount", greatest(guaranteed - home.monthly_income, 0))
    return {"amount": either(check.all_met(), amount, 0), "reason": check.reason()}


def guaranteed_income(law, members):
    """What the RMI guarantees a month before income is taken off, never above the minimum wage."""
    second = either(members >= 2, law.second, 0)
    return least(law.base + second + law.additional * greatest(members - 2, 0), law.index("smi"))
