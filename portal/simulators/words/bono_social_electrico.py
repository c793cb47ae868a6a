"""Words of bono_social_electrico."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Bono social eléctrico"),
    what=N_("Un descuento en la factura de la luz, hasta un límite de consumo."),
    where=N_("Se pide a la compañía de la luz de referencia (tarifa PVPC): por teléfono, en su web o por correo."),
    when=N_("Todo el año."),
    conditions={
        "pvpc": N_("El contrato de luz está a su nombre, es de su vivienda habitual y con la tarifa PVPC"),
        "vulnerable": N_(
            "Cumple al menos uno de los casos: ingresos, familia numerosa, pensión mínima o Ingreso Mínimo Vital"
        ),
        "income": N_("Los ingresos del año del hogar no pasan del límite"),
        "large_family": N_("Tiene título de familia numerosa"),
        "minimum_pension": N_("Todas las personas del hogar cobran la pensión mínima y casi nada más"),
        "imv": N_("Alguien del hogar cobra el Ingreso Mínimo Vital"),
        "severe_income": N_("Los ingresos del año no pasan de la mitad del límite (descuento mayor)"),
        "severe_pension": N_("Cobra la pensión mínima y no pasa del límite (descuento mayor)"),
        "severe_large_family": N_("Es familia numerosa y no pasa del límite (descuento mayor)"),
    },
    good_to_know=(N_("Con el bono social hay además una ayuda para la calefacción, que aquí no se calcula."),),
)
