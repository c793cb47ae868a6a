"""One function a benefit: `rule(home, law, check) -> results`.

`home` holds the answers, `law` the parameters of the day, `check` keeps each condition for the explanation.
The same text runs on numbers, on unknowns and on columns of a city, so it uses the helpers of `engine.logic`
in place of `if`, `and`, `or`, `not`, `min` and `max`.
"""

from collections.abc import Callable
from typing import Any

from portal.simulators.rules.ayudas_emergencia import ayudas_emergencia
from portal.simulators.rules.beca_comedor import beca_comedor
from portal.simulators.rules.bono_social_electrico import bono_social_electrico
from portal.simulators.rules.capi import capi
from portal.simulators.rules.comida_domicilio import comida_domicilio
from portal.simulators.rules.dependencia import dependencia, restate
from portal.simulators.rules.discapacidad import discapacidad
from portal.simulators.rules.familia_numerosa import familia_numerosa
from portal.simulators.rules.imv import imv
from portal.simulators.rules.pnc import pnc
from portal.simulators.rules.rmi import rmi
from portal.simulators.rules.sad import sad
from portal.simulators.rules.tarjeta_familias import tarjeta_familias
from portal.simulators.rules.teleasistencia import teleasistencia
from portal.simulators.rules.transporte import transporte

RULES: dict[str, Callable[[Any, Any, Any], dict[str, Any]]] = {
    rule.__name__: rule
    for rule in (
        imv,
        capi,
        pnc,
        rmi,
        tarjeta_familias,
        bono_social_electrico,
        familia_numerosa,
        dependencia,
        discapacidad,
        beca_comedor,
        transporte,
        teleasistencia,
        sad,
        comida_domicilio,
        ayudas_emergencia,
    )
}

# Answers in people's words that stand for what a rule asks: grade → points.
RESTATED: dict[str, tuple[str, Callable[[dict[str, Any], Any], dict[str, Any]]]] = {"dependencia": ("grade", restate)}
