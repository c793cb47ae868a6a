"""Words of discapacidad."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Reconocimiento de la discapacidad"),
    what=N_("Un certificado con el grado de discapacidad. Desde el 33 % abre derechos."),
    where=N_("Se pide en el Centro Base que le toca, de la Comunidad de Madrid."),
    when=N_("Todo el año."),
    conditions={
        "grade": N_("Tiene un grado reconocido del 33 % o más"),
        "incapacity_pension": N_("Cobra una pensión de incapacidad permanente (para algunas cosas cuenta igual)"),
    },
    good_to_know=(
        N_("Con el 33 %: bono social, Tarjeta Azul y familia numerosa."),
        N_("Con el 65 %: un 22 % más de Ingreso Mínimo Vital y la pensión no contributiva."),
        N_("Con el 75 % y ayuda de otra persona: la mitad más de pensión no contributiva."),
    ),
)
