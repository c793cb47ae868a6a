"""Complemento de Ayuda para la Infancia (Ley 19/2021, arts. 11.6 and 13.2.e)."""

from portal.simulators.engine.logic import any_of, either, negation
from portal.simulators.rules.imv import gross_asset_limit, member_scale, net_asset_limit


def capi(home, law, check):
    """The monthly amount in euros for all the children, and the reason when it is 0."""
    basis = law.of("imv")
    ages = home.minor_ages_1jan
    members = home.adults + ages.total()

    check.at_least("minors", ages.total(), 1)
    check.holds("residence", any_of(home.residence_year, home.residence_exception))
    check.holds("unit_6_months", home.unit_6_months)
    check.holds("company_director", negation(home.company_director))
    check.below("net_assets", home.net_assets, law.asset_multiple * net_asset_limit(basis, members))
    check.at_most("gross_assets", home.gross_assets, gross_asset_limit(basis, members))
    limit = law.income_multiple * (basis.pnc_annual_base / 12 * member_scale(basis, members))
    check.below("income", home.monthly_income, limit)

    amount = ages.tally((0, 3, law.under3), (3, 6, law.from3_under6), (6, 18, law.from6_under18))
    amount = law.rounded("amount", amount)
    return {"amount": either(check.all_met(), amount, 0), "reason": check.reason()}
