"""Bono social eléctrico (RD 897/2017)."""

from portal.simulators.engine.logic import all_of, any_of, either, lookup


def bono_social_electrico(home, law, check):
    """`type` none, vulnerable or severe; the discount in per cent; the income threshold in euros a year."""
    index = law.index("iprem_annual14")
    multiple = (
        law.base_multiple
        + law.adult_step * (home.adults - 1)
        + law.minor_step * home.minors
        + either(home.special, law.special_step, 0)
    )
    threshold = multiple * index
    income = home.annual_income

    check.holds("pvpc", home.pvpc)
    vulnerable = any_of(
        check.at_most("income", income, threshold, required=False),
        check.holds("large_family", home.large_family, required=False),
        check.holds("minimum_pension", home.minimum_pension, required=False),
        check.holds("imv", home.imv, required=False),
    )
    check.holds("vulnerable", vulnerable)
    severe = any_of(
        check.at_most("severe_income", income, law.severe_share * threshold, required=False),
        all_of(
            home.minimum_pension,
            check.at_most(
                "severe_pension",
                income,
                law.severe_pension_multiple * index,
                applies=home.minimum_pension,
                required=False,
            ),
        ),
        all_of(
            home.large_family,
            check.at_most(
                "severe_large_family",
                income,
                law.severe_large_family_multiple * index,
                applies=home.large_family,
                required=False,
            ),
        ),
    )
    kind = either(check.all_met(), either(severe, "severe", "vulnerable"), "none")
    return {
        "type": kind,
        "discount": lookup(law.discount, kind),
        "threshold": law.rounded("threshold", threshold),
        "reason": check.reason(),
    }
