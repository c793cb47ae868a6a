"""Pensión no contributiva, for age or for disability (LGSS arts. 363, 364 and 369)."""

from portal.simulators.engine.logic import all_of, any_of, either, greatest, least, negation


def pnc(home, law, check):
    """The pension in euros a year and in each of its 14 payments, and the reason when it is 0."""
    full = law.annual
    shared = home.household >= 2
    by_age = home.age >= law.retirement_age
    by_disability = all_of(
        home.age >= law.disability_min_age, negation(by_age), home.disability >= law.disability_grade
    )
    check.holds("age_or_disability", any_of(by_age, by_disability))
    check.holds("residence", home.residence_years)
    check.below("own_income", home.own_annual_income, full)
    unit_limit = (full + law.member_share * full * (home.household - 1)) * either(
        home.first_degree_only, law.first_degree_multiple, 1
    )
    unit_income = greatest(home.unit_annual_income, home.own_annual_income)  # one's own is part of it
    check.below("unit_income", unit_income, unit_limit, applies=shared)

    # Several pensioners in one home share P plus 70 % for each one more (364.1): the sums are for all of them.
    sharers = home.beneficiaries
    over = greatest(0, home.own_annual_income - law.own_income_free * full)
    pensions = full * (1 + law.member_share * (sharers - 1)) - over * sharers
    pensions = either(shared, least(pensions, unit_limit - unit_income), pensions)
    pensions = greatest(pensions, law.floor * full * sharers)
    helped = check.holds(
        "third_person",
        all_of(home.third_person, home.disability >= law.third_person_grade),
        applies=home.third_person,
        required=False,
    )
    extra = either(all_of(home.third_person, helped), law.third_person * full, 0)
    pension = law.rounded("annual", (pensions + extra * sharers) / sharers)

    annual = either(check.all_met(), pension, 0)
    return {"annual": annual, "payment14": law.rounded("payment14", annual / 14), "reason": check.reason()}
