"""Words of tarjeta_familias."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Tarjeta Familias"),
    what=N_("Una tarjeta del Ayuntamiento para comprar comida y aseo, y desde 2024 también el abono transporte."),
    where=N_("En su centro de servicios sociales o en las oficinas de la Tarjeta Familias."),
    when=N_("Todo el año."),
    conditions={
        "registered": N_("Está en el padrón de la ciudad de Madrid"),
        "need_assessed": N_("Una trabajadora o un trabajador social ha valorado la necesidad"),
        "same_aid": N_("No recibe otra ayuda para lo mismo"),
        "income": N_("Los ingresos al mes del hogar no pasan del límite"),
        "income_per_member": N_("Los ingresos por persona son muy bajos (entonces la cantidad es mayor)"),
    },
    good_to_know=(N_("Se puede cobrar a la vez que el Ingreso Mínimo Vital y la Renta Mínima de Inserción."),),
)
