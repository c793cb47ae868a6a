"""Ingreso Mínimo Vital (Ley 19/2021)."""

from portal.simulators.engine.logic import all_of, any_of, either, greatest, least, negation


def imv(home, law, check):
    """The monthly amount in euros, and the reason when it is 0."""
    members = home.adults + home.minors
    alone = members < 2
    guaranteed = check.figure("guaranteed_income", guaranteed_income(home, law, members))

    adult = any_of(home.holder_age >= 18, all_of(home.holder_age >= 16, home.emancipated))
    check.holds(
        "holder_age",
        any_of(
            home.holder_age >= law.holder_min_age,
            all_of(adult, home.minors >= 1),
            all_of(adult, any_of(home.gender_violence, home.trafficking, home.former_prisoner, home.orphan)),
            all_of(home.holder_age >= 18, home.former_care),
        ),
        value=home.holder_age,
    )
    check.holds("residence", any_of(home.residence_year, home.residence_exception))
    check.holds(
        "independent_living", any_of(home.independent_living, home.gender_violence, home.trafficking), applies=alone
    )
    check.holds("unit_6_months", home.unit_6_months, applies=negation(alone))
    check.holds("company_director", negation(home.company_director))
    check.below("net_assets", home.net_assets, net_asset_limit(law, members))
    check.at_most("gross_assets", home.gross_assets, gross_asset_limit(law, members))
    check.below("pensions", home.pensions, guaranteed)

    # Last year's income already holds the pensions of now, unless these have grown since (13.6).
    counted = check.at_most("pensions_counted", home.pensions, home.monthly_income, required=False)
    income = either(counted, home.monthly_income, greatest(home.monthly_income, home.pensions))
    check.at_most("income", income, guaranteed - law.min_amount)

    amount = law.rounded("amount", greatest(guaranteed - income, 0))
    return {"amount": either(check.all_met(), amount, 0), "reason": check.reason()}


def guaranteed_income(home, law, members):
    """What the law guarantees a month; truncated once, from the unrounded base."""
    scale = member_scale(law, members)
    scale = scale + either(all_of(home.mono, home.minors >= 1), law.mono, 0)
    if law.in_force("disability65"):
        scale = scale + either(home.disability65, law.disability65, 0)
    return law.rounded("guaranteed_income", law.pnc_annual_base / 12 * law.extra_factor * scale)


def member_scale(law, members):
    """1 for one person and 0,30 more for each other member, up to 2,20."""
    return least(1 + law.step_per_member * (members - 1), law.max_scale)


def net_asset_limit(law, members):
    """Net assets must stay below this (annex II)."""
    return law.asset_multiple * _published_year(law) * _asset_scale(law, members)


def gross_asset_limit(law, members):
    """Assets without company shares may reach this (annex III)."""
    return law.gross_asset_multiple * _published_year(law) * _asset_scale(law, members)


def _published_year(law):
    return 12 * law.rounded("published_base", law.pnc_annual_base / 12)


def _asset_scale(law, members):
    return least(1 + law.asset_step * (members - 1), law.asset_max_scale)
