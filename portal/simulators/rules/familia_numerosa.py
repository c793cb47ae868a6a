"""Título de familia numerosa (Ley 40/2003)."""

from portal.simulators.engine.logic import all_of, any_of, either, greatest, least


def familia_numerosa(home, law, check):
    """`category` none, general or especial."""
    members = home.parents + home.children
    exception = any_of(
        home.disabled_children >= 1, home.both_parents_disabled, home.parent_disabled65, home.widowed, home.orphans
    )
    entitled = check.holds(
        "enough_children",
        any_of(
            home.children >= law.children_needed,
            all_of(home.children >= law.children_needed_exception, exception),
        ),
        value=home.children,
    )
    weighted = home.children + least(home.disabled_children, home.children)
    four = home.children >= law.special_children_exception
    limit = law.per_capita_smi_share * law.index("smi") * law.payments
    # A home without anybody has no income per member; nobody is entitled there anyway.
    per_member = home.annual_income / greatest(members, 1)
    special = any_of(
        check.at_least("weighted_children", weighted, law.special_children, required=False),
        all_of(four, check.holds("multiple_birth", home.multiple_birth, applies=four, required=False)),
        all_of(four, check.at_most("income_per_member", per_member, limit, applies=four, required=False)),
    )
    return {"category": either(entitled, either(special, "especial", "general"), "none")}
