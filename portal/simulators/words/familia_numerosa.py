"""Words of familia_numerosa."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Título de familia numerosa"),
    what=N_("Un documento que da descuentos y ventajas en muchos servicios."),
    where=N_("Se pide a la Comunidad de Madrid, con cita o por internet."),
    when=N_("Todo el año."),
    conditions={
        "enough_children": N_("Tiene 3 hijos o más, o 2 si hay discapacidad, viudedad u orfandad"),
        "weighted_children": N_(
            "Tiene 5 hijos o más, contando doble a cada hijo con discapacidad (categoría especial)"
        ),
        "multiple_birth": N_("Tiene 4 hijos y 3 vinieron en un mismo parto o adopción (categoría especial)"),
        "income_per_member": N_("Tiene 4 hijos y pocos ingresos por persona (categoría especial)"),
    },
    good_to_know=(
        N_(
            "Cuentan los hijos solteros menores de 21 años, hasta los 25 si estudian, y con discapacidad a "
            "cualquier edad."
        ),
        N_("Abre el bono social eléctrico sin límite de ingresos."),
    ),
)
