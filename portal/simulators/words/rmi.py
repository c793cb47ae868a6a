"""Words of rmi."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Renta Mínima de Inserción"),
    what=N_(
        "Una cantidad al mes de la Comunidad de Madrid, con un plan para salir adelante. Va después del "
        "Ingreso Mínimo Vital."
    ),
    where=N_("Se pide en su centro de servicios sociales."),
    when=N_("Todo el año. Antes hay que pedir el Ingreso Mínimo Vital."),
    conditions={
        "age": N_("Tiene más de 25 años y menos de 65, o tiene a cargo menores o personas con discapacidad"),
        "residence": N_("Vive y está en el padrón de la Comunidad de Madrid desde hace al menos un año"),
        "unit_6_months": N_("El hogar está formado desde hace al menos 6 meses"),
        "children_in_school": N_("Los menores en edad escolar van al colegio"),
        "asked_before": N_("Ha pedido antes las demás ayudas que le tocan (Ingreso Mínimo Vital, pensiones, paro)"),
        "programme": N_("Acepta un plan de inserción"),
        "left_job": N_("No ha dejado un empleo por voluntad propia en los últimos 6 meses"),
        "lack_of_means": N_("El hogar no tiene ingresos suficientes para vivir"),
        "income": N_("Los ingresos al mes del hogar están por debajo de lo que garantiza esta renta"),
    },
    good_to_know=(
        N_("No cuenta como ingreso la prestación por cuidados en el entorno familiar."),
        N_("Las cantidades son las últimas publicadas que hemos leído. La Comunidad puede haberlas cambiado."),
    ),
)
