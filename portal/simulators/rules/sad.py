"""Servicio de Ayuda a Domicilio of the City of Madrid: who may ask for it; its fee is not published."""

from portal.simulators.engine.logic import any_of, either, lookup, one_of


def sad(home, law, check):
    """`access` after an assessment; `fee` unknown; the hours that a dependency grade opens."""
    graded = one_of(home.grade, "I", "II", "III")
    access = check.holds(
        "access", any_of(home.age >= law.senior_age, home.disability >= law.disability, graded), value=home.age
    )
    care = law.of("dependencia")
    return {
        "access": access,
        "fee": either(access, "unknown", None),
        "sad_hours_least": lookup(care.sad_hours_least, home.grade),
        "sad_hours_most": lookup(care.sad_hours_most, home.grade),
        "reason": check.reason(),
    }
