"""Words of capi."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Complemento de Ayuda para la Infancia"),
    what=N_("Una cantidad al mes por cada menor del hogar. Se puede cobrar con el Ingreso Mínimo Vital o sin él."),
    where=N_("Se pide a la Seguridad Social, con la misma solicitud del Ingreso Mínimo Vital."),
    when=N_("Todo el año."),
    conditions={
        "minors": N_("Hay al menos un menor en el hogar"),
        "residence": N_("El hogar vive legalmente en España desde hace al menos un año"),
        "unit_6_months": N_("El hogar está formado desde hace al menos 6 meses"),
        "company_director": N_("Nadie del hogar administra una empresa en activo"),
        "net_assets": N_(
            "Lo que el hogar tiene, sin la vivienda y menos las deudas, está por debajo de 1,5 veces el límite"
        ),
        "gross_assets": N_("Los bienes del hogar, sin contar la vivienda, no pasan del límite"),
        "income": N_("Los ingresos al mes están por debajo de 3 veces la renta garantizada"),
    },
    good_to_know=(N_("Cuenta la edad que cada menor tenía el 1 de enero."),),
)
