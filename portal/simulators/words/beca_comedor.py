"""Words of beca_comedor."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Beca de comedor escolar"),
    what=N_("Una ayuda para pagar el comedor del colegio o del instituto."),
    where=N_("Se pide a la Comunidad de Madrid por internet o en el propio centro escolar."),
    when=N_("Solo en plazo: en mayo y junio, y otra vez en otoño."),
    conditions={
        "public_school": N_("Va a Infantil, Primaria o ESO en un centro público o concertado"),
        "full_case": N_(
            "Cobra Renta Mínima o Ingreso Mínimo Vital, tiene protección internacional o vulnerabilidad "
            "reconocida (beca completa)"
        ),
        "partial_case": N_(
            "Violencia de género, terrorismo, acogimiento, o Fuerzas Armadas y de Seguridad (beca parcial)"
        ),
        "income": N_("Los ingresos del año por persona no pasan del límite (beca parcial)"),
        "large_family_income": N_("Es familia numerosa y los ingresos por persona no pasan del límite (30 %)"),
    },
    good_to_know=(N_("No hemos encontrado aún la convocatoria del curso 2026-2027."),),
)
