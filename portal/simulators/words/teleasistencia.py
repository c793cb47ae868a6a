"""Words of teleasistencia."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Teleasistencia"),
    what=N_("Un botón en casa para pedir ayuda a cualquier hora."),
    where=N_("En su centro de servicios sociales o en el 010."),
    when=N_("Todo el año."),
    conditions={
        "access": N_("Tiene 65 años o más; o 18 o más con dependencia, aislamiento o una enfermedad grave"),
        "free_age": N_("Tiene 90 años o más (es gratis)"),
    },
    good_to_know=(N_("El precio es orientativo: viene de la prensa y no de la norma."),),
)
