"""Words of comida_domicilio."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Comida a domicilio"),
    what=N_("Le llevan la comida hecha a casa."),
    where=N_("En su centro de servicios sociales."),
    when=N_("Todo el año."),
    conditions={
        "registered": N_("Está en el padrón de la ciudad de Madrid"),
        "age": N_("Tiene 65 años o más"),
        "company": N_("Vive en solitario, o con personas que necesitan tanta ayuda o más"),
        "need": N_("Le cuesta cocinar o no se alimenta bien"),
        "under65_case": N_("Si tiene menos de 65: está en exclusión o tiene una dependencia especial"),
    },
    good_to_know=(N_("No podemos decirle el precio actual: depende de lo que gana."),),
)
