"""Transport passes: 65+, children, Tarjeta Azul."""

from portal.simulators.engine.logic import all_of, any_of, first_of


def transporte(home, law, check):
    """`product` plus65, child_free, tarjeta_azul or none; its monthly price in euros."""
    senior = check.at_least("plus65", home.age, law.plus65_age, required=False)
    child = check.below("child_free", home.age, law.child_under, required=False)

    iprem = law.index("iprem_monthly")
    registered = check.holds("registered", home.registered, required=False)
    by_age = any_of(senior, all_of(home.pensioner, home.age >= law.azul_pensioner_age), home.dependent_spouse)
    by_disability = any_of(home.incapacity, home.disability >= law.azul_disability)
    check.holds("azul_category", any_of(by_age, by_disability), required=False)
    within_age = check.at_most(
        "azul_income_age",
        home.monthly_income,
        law.azul_iprem_multiple_age * iprem,
        applies=by_age,
        required=False,
    )
    within_disability = check.at_most(
        "azul_income_disability",
        home.monthly_income,
        law.azul_iprem_multiple_disability * iprem,
        applies=by_disability,
        required=False,
    )
    azul = all_of(registered, any_of(all_of(by_age, within_age), all_of(by_disability, within_disability)))
    return {
        "product": first_of((senior, "plus65"), (child, "child_free"), (azul, "tarjeta_azul"), otherwise="none"),
        "price": first_of((senior, law.plus65_price), (child, law.child_price), (azul, law.azul_price), otherwise=0),
    }
