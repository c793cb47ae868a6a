"""How benefits bear on each other: which to ask for first, which opens which, which is better."""

from dataclasses import dataclass

from portal.simulators.engine.run import Simulation
from portal.simulators.engine.unknowns import UNDECIDED
from portal.simulators.words import N_


@dataclass(frozen=True, slots=True)
class Interaction:
    """Something to know about two benefits that came up together."""

    code: str
    about: str
    other: str
    text: str


_TEXTS = {
    "imv_before_rmi": N_("Pida antes el Ingreso Mínimo Vital. La Renta Mínima de Inserción va después."),
    "imv_opens_meals": N_("Si cobra el Ingreso Mínimo Vital, la beca de comedor es completa."),
    "imv_opens_discount": N_("Si cobra el Ingreso Mínimo Vital, tiene derecho al bono social eléctrico."),
    "rmi_opens_meals": N_("Si cobra la Renta Mínima de Inserción, la beca de comedor es completa."),
    "family_opens_discount": N_("Con el título de familia numerosa tiene bono social eléctrico, gane lo que gane."),
    "plus65_beats_azul": N_(
        "Con 65 años o más el abono gratis es mejor que la Tarjeta Azul: no cuesta nada y sirve en más sitios."
    ),
    "pension_before_imv": N_(
        "Desde los 65 años se pide antes la pensión que corresponda; después, el Ingreso Mínimo Vital."
    ),
    "child_with_imv": N_("El complemento por infancia se pide con la misma solicitud que el Ingreso Mínimo Vital."),
    "card_with_imv": N_("La Tarjeta Familias se puede cobrar a la vez que el Ingreso Mínimo Vital."),
}

_PAIRS = (
    ("imv_before_rmi", "rmi", "imv"),
    ("imv_opens_meals", "beca_comedor", "imv"),
    ("rmi_opens_meals", "beca_comedor", "rmi"),
    ("imv_opens_discount", "bono_social_electrico", "imv"),
    ("family_opens_discount", "bono_social_electrico", "familia_numerosa"),
    ("pension_before_imv", "imv", "pnc"),
    ("child_with_imv", "capi", "imv"),
    ("card_with_imv", "tarjeta_familias", "imv"),
)


def interactions(found: dict[str, Simulation]) -> list[Interaction]:
    """What to know about the benefits that open something as told, in pairs."""
    granted = {name: each.stated.granted for name, each in found.items() if each.stated is not None}
    pairs = [
        Interaction(code, about, other, _TEXTS[code])
        for code, about, other in _PAIRS
        if granted.get(other) is True and granted.get(about, False) is not False
    ]
    if granted.get("rmi") is True and granted.get("imv") is UNDECIDED:
        pairs.insert(0, Interaction("imv_before_rmi", "rmi", "imv", _TEXTS["imv_before_rmi"]))
    transport = found.get("transporte")
    if transport is not None and transport.stated is not None and transport.stated.results["product"] == "plus65":
        pairs.append(Interaction("plus65_beats_azul", "transporte", "transporte", _TEXTS["plus65_beats_azul"]))
    return pairs
