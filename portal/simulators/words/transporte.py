"""Words of transporte."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Transporte: abono 65+, infantil y Tarjeta Azul"),
    what=N_("Abonos gratis o muy baratos para el transporte público."),
    where=N_(
        "El abono 65+ y el infantil, en las oficinas del Consorcio de Transportes. La Tarjeta Azul, en el Ayuntamiento."
    ),
    when=N_("Todo el año."),
    conditions={
        "plus65": N_("Tiene 65 años o más (abono gratis)"),
        "child_free": N_("Tiene una edad en la que viaja gratis"),
        "registered": N_("Está en el padrón de la ciudad de Madrid (para la Tarjeta Azul)"),
        "azul_category": N_(
            "Es pensionista de 60 a 65, depende de un pensionista, o tiene discapacidad o incapacidad permanente"
        ),
        "azul_income_age": N_("Sus ingresos al mes no pasan de una vez el IPREM"),
        "azul_income_disability": N_("Sus ingresos al mes no pasan de 3 veces el IPREM"),
    },
    good_to_know=(
        N_("Desde los 65 años el abono gratis es mejor que la Tarjeta Azul: no cuesta nada y sirve en más sitios."),
    ),
)
