"""Words of imv."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Ingreso Mínimo Vital"),
    what=N_("Una cantidad al mes para hogares con pocos ingresos. La paga la Seguridad Social."),
    where=N_(
        "Se pide a la Seguridad Social: en imv.seg-social.es, en sus oficinas con cita, o por teléfono. "
        "En su centro de servicios sociales le ayudan a pedirlo."
    ),
    when=N_("Todo el año."),
    conditions={
        "holder_age": N_("Quien lo pide tiene 23 años o más, o es mayor de edad con menores a cargo"),
        "residence": N_("Vive legalmente en España desde hace al menos un año"),
        "independent_living": N_(
            "Si vive en solitario: lleva un tiempo viviendo por su cuenta (2 años si tiene menos de 30; 1 año "
            "si tiene más)"
        ),
        "unit_6_months": N_("El hogar está formado desde hace al menos 6 meses"),
        "company_director": N_("Nadie del hogar administra una empresa en activo"),
        "net_assets": N_("Lo que el hogar tiene, sin la vivienda y menos las deudas, está por debajo del límite"),
        "gross_assets": N_("Los bienes del hogar, sin contar la vivienda, no pasan del límite"),
        "pensions": N_("Las pensiones y subsidios del hogar están por debajo de la renta garantizada"),
        "pensions_counted": N_("Las pensiones de ahora ya están en los ingresos del año pasado"),
        "income": N_("Los ingresos al mes del año pasado dejan al menos 10 euros hasta la renta garantizada"),
    },
    good_to_know=(
        N_("Se calcula con lo que el hogar cobró limpio el año pasado."),
        N_("Desde los 65 años hay que pedir antes la pensión que corresponda."),
        N_("Si lo tiene, abre la beca de comedor completa y el bono social eléctrico."),
    ),
)
