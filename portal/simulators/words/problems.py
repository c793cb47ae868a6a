"""What is wrong with an answer, and how to mend it, in words for the person who gave it."""

from portal.simulators.words import N_

PROBLEMS: dict[str, str] = {
    "not_a_number": N_("Escriba un número, por ejemplo 2 o 650,50. Si no lo sabe, déjelo en blanco."),
    "not_whole": N_("Escriba un número entero, por ejemplo 2."),
    "not_cents": N_("Escriba como mucho dos decimales, por ejemplo 650,50."),
    "too_small": N_("El número es demasiado pequeño. El menor que vale es %(least)s."),
    "too_big": N_("El número es demasiado grande. El mayor que vale es %(most)s."),
    "not_a_truth": N_("Elija una de las respuestas."),
    "not_an_option": N_("Elija una de las respuestas."),
}
