"""Words of ayudas_emergencia."""

from portal.simulators.words import N_, Words

WORDS = Words(
    name=N_("Ayudas de emergencia"),
    what=N_("Dinero del Ayuntamiento para una necesidad urgente: alquiler, luz, gafas, muebles básicos."),
    where=N_("En el centro de servicios sociales de su distrito."),
    when=N_("Todo el año. Si es urgente, dígalo: le atienden en 24 horas."),
    conditions={
        "age": N_("Es mayor de edad o menor emancipado"),
        "registered": N_("Está en el padrón del distrito"),
        "need": N_("Puede mostrar que lo necesita"),
        "plan": N_("Acepta el plan que se acuerde con su trabajadora o trabajador social"),
    },
    good_to_know=(N_("Se paga hasta el 90 % del gasto. En una emergencia puede ser todo."),),
)
