"""Words of sad."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Ayuda a domicilio"),
    what=N_("Una persona va a su casa a ayudarle con el aseo, la comida o la limpieza."),
    where=N_("En su centro de servicios sociales. Primero valoran lo que necesita."),
    when=N_("Todo el año."),
    conditions={
        "access": N_("Tiene 65 años o más, o discapacidad, o un grado de dependencia"),
    },
    good_to_know=(
        N_(
            "No podemos decirle el precio: depende de lo que gana y la tabla no está publicada. Con pocos "
            "ingresos suele ser gratis."
        ),
    ),
)
