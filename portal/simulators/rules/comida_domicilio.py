"""Comida a domicilio of the City of Madrid: who may ask for it; its price is not published."""

from portal.simulators.engine.logic import all_of, any_of, either, first_of, negation


def comida_domicilio(home, law, check):
    """`access`: yes, no, or assess (a professional has to look)."""
    check.holds("registered", home.registered)
    senior = check.at_least("age", home.age, law.senior_age, required=False)
    company = check.holds(
        "company", any_of(home.lives_alone, home.lives_with_dependents), applies=senior, required=False
    )
    need = check.holds(
        "need", any_of(home.difficulty_cooking, home.nutritional_deficit), applies=senior, required=False
    )
    special = check.holds(
        "under65_case", any_of(home.exclusion, home.special_dependency), applies=negation(senior), required=False
    )
    wanting = any_of(all_of(senior, need), all_of(negation(senior), special))
    access = first_of(
        (negation(wanting), "no"),
        (all_of(senior, company), "yes"),
        otherwise="assess",
    )
    return {
        "access": either(check.all_met(), access, "no"),
        "reason": first_of(
            (negation(check.all_met()), check.reason()),
            (wanting, None),
            (senior, "need"),
            otherwise="under65_case",
        ),
    }
