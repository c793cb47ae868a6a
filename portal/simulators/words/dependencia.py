"""Words of dependencia."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Dependencia"),
    what=N_("Servicios o dinero para quien necesita ayuda de otras personas cada día."),
    where=N_("Se pide a la Comunidad de Madrid, en su centro de servicios sociales."),
    when=N_("Todo el año. Después viene una valoración en su casa."),
    conditions={
        "grade": N_("Tiene un grado de dependencia: I, II o III"),
        "residence": N_("Ha vivido en España 5 años, los 2 últimos seguidos"),
    },
    good_to_know=(
        N_("La cantidad exacta depende de lo que usted tiene. Aquí solo damos el mínimo y el máximo."),
        N_("Si aún no tiene grado, pida la valoración."),
    ),
)
