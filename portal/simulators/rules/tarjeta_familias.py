"""Tarjeta Familias of the City of Madrid."""

from portal.simulators.engine.logic import either, least, lookup, negation
from portal.simulators.rules.rmi import guaranteed_income


def tarjeta_familias(home, law, check):
    """The monthly amount in euros on the card, and the reason when it is 0."""
    members = home.adults + home.minors
    check.holds("registered", home.registered)
    check.holds("need_assessed", home.need_assessed)
    check.holds("same_aid", negation(home.same_aid))
    check.at_most("income", home.monthly_income, law.rmi_multiple * guaranteed_income(law.of("rmi"), members))

    per_member = home.monthly_income / (home.adults + law.minor_weight * home.minors)
    low = check.at_most("income_per_member", per_member, law.rmpc_split, required=False)
    size = least(members, 6)
    table = law.table
    amount = either(low, lookup(table["low"], size), lookup(table["high"], size))
    return {"amount": either(check.all_met(), amount, 0), "reason": check.reason()}
