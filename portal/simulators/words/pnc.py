"""Words of pnc."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Pensión no contributiva"),
    what=N_("Una pensión para personas mayores o con discapacidad que no han cotizado lo suficiente."),
    where=N_("Se pide a la Comunidad de Madrid. En su centro de servicios sociales le dicen cómo."),
    when=N_("Todo el año."),
    conditions={
        "age_or_disability": N_("Tiene 65 años o más, o entre 18 y 64 con un grado de discapacidad del 65 % o más"),
        "residence": N_(
            "Ha vivido en España los años que se piden (10 para la de jubilación, 5 para la de invalidez; los "
            "2 últimos seguidos)"
        ),
        "own_income": N_("Sus ingresos propios del año están por debajo de la pensión completa"),
        "unit_income": N_("Los ingresos del año de las personas con las que vive están por debajo del límite"),
        "third_person": N_("Tiene un 75 % de discapacidad o más y necesita la ayuda de otra persona"),
    },
    good_to_know=(
        N_("Se paga en 14 pagas."),
        N_("Si varias personas del hogar tienen esta pensión, se reparte."),
    ),
)
