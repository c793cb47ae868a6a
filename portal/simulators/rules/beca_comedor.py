"""Beca de comedor escolar of the Comunidad de Madrid."""

from portal.simulators.engine.logic import all_of, any_of, first_of


def beca_comedor(home, law, check):
    """The grant in euros for the school year, and the reason when it is 0."""
    per_member = home.annual_income / home.members
    check.holds("public_school", home.public_school)
    full = check.holds(
        "full_case", any_of(home.imv, home.rmi, home.protection, home.ukraine, home.vulnerability), required=False
    )
    special = check.holds(
        "partial_case", any_of(home.gender_violence, home.terrorism, home.foster, home.forces), required=False
    )
    poor = check.at_most("income", per_member, law.rpc_limit, required=False)
    cases = [(full, law.full), (any_of(special, poor), law.partial)]
    if law.in_force("rpc_limit_large_family"):
        large = check.at_most(
            "large_family_income",
            per_member,
            law.rpc_limit_large_family,
            applies=home.large_family,
            required=False,
        )
        cases.append((all_of(home.large_family, large), law.large_family))
    school = check.all_met()
    amount = first_of(*((all_of(school, case), figure) for case, figure in cases), otherwise=0)
    granted = any_of(*(case for case, _ in cases))
    reason = first_of((check.all_met(), first_of((granted, None), otherwise="income")), otherwise=check.reason())
    return {"amount": amount, "reason": reason}
