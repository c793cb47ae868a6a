"""Teleasistencia domiciliaria of the City of Madrid."""

from portal.simulators.engine.logic import all_of, any_of, either, first_of


def teleasistencia(home, law, check):
    """`access`, and the monthly fee in euros by monthly income per head."""
    adult = home.age >= law.adult_age
    access = check.holds(
        "access",
        any_of(
            home.age >= law.senior_age,
            all_of(adult, any_of(home.dependency, home.isolation, home.illness)),
        ),
        value=home.age,
    )
    table = law.fee
    fee = first_of(*((home.rmpc <= top, fee) for top, fee in table["bands"]), otherwise=table["top"])
    if law.in_force("free_age"):
        fee = either(check.at_least("free_age", home.age, law.free_age, required=False), 0, fee)
    return {"access": access, "fee": fee, "reason": check.reason()}
