"""The figures that a reform can change, and how people call them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from portal.look.language import gettext as _
from portal.simulators.desk.words import name_of
from portal.simulators.parameters.library import INDICES, library
from portal.simulators.population.report import PAID, cells, row_on
from portal.simulators.words import N_

# Per cent and shares are written as the law counts with them: 0,30 is 30 %.
_NAMES = {
    "imv.pnc_annual_base": N_("Base: pensión no contributiva al año (€)"),
    "imv.extra_factor": N_("Factor de subida extraordinaria"),
    "imv.step_per_member": N_("Parte por cada persona más (0,30 es 30 %)"),
    "imv.max_scale": N_("Máximo de la escala por personas"),
    "imv.mono": N_("Complemento de monoparentalidad (parte)"),
    "imv.disability65": N_("Complemento por discapacidad del 65 % (parte)"),
    "imv.asset_multiple": N_("Límite de patrimonio: veces la renta anual"),
    "imv.asset_step": N_("Límite de patrimonio: parte por cada persona más"),
    "imv.asset_max_scale": N_("Límite de patrimonio: máximo de la escala"),
    "imv.gross_asset_multiple": N_("Límite de activos: veces la renta anual"),
    "imv.min_amount": N_("Cantidad mínima que se paga al mes (€)"),
    "imv.holder_min_age": N_("Edad mínima de quien lo pide"),
    "capi.under3": N_("Por cada menor de 0 a 2 años (€ al mes)"),
    "capi.from3_under6": N_("Por cada menor de 3 a 5 años (€ al mes)"),
    "capi.from6_under18": N_("Por cada menor de 6 a 17 años (€ al mes)"),
    "capi.income_multiple": N_("Límite de ingresos: veces la renta garantizada"),
    "capi.asset_multiple": N_("Límite de patrimonio: veces el del IMV"),
    "pnc.annual": N_("Pensión entera al año (€)"),
    "pnc.member_share": N_("Límite del hogar: parte por cada persona más"),
    "pnc.first_degree_multiple": N_("Límite del hogar con padres o hijos: veces"),
    "pnc.own_income_free": N_("Rentas propias que no descuentan (parte)"),
    "pnc.floor": N_("Lo menos que se cobra (parte de la pensión)"),
    "pnc.third_person": N_("Complemento por tercera persona (parte)"),
    "pnc.retirement_age": N_("Edad de jubilación"),
    "pnc.disability_min_age": N_("Edad mínima por discapacidad"),
    "pnc.disability_grade": N_("Grado de discapacidad que se pide (%)"),
    "pnc.third_person_grade": N_("Grado que se pide para la tercera persona (%)"),
    "rmi.base": N_("Para una persona (€ al mes)"),
    "rmi.second": N_("Por la segunda persona (€ al mes)"),
    "rmi.additional": N_("Por cada persona más (€ al mes)"),
    "rmi.threshold_second": N_("Límite de ingresos: parte por la segunda persona"),
    "rmi.threshold_additional": N_("Límite de ingresos: parte por cada persona más"),
    "rmi.over_age": N_("Hay que tener más años que"),
    "rmi.under_age": N_("Hay que tener menos años que"),
    "rmi.adult_age": N_("Mayoría de edad"),
    "tarjeta_familias.rmi_multiple": N_("Límite de ingresos: veces la RMI"),
    "tarjeta_familias.rmpc_split": N_("Renta por persona que separa las dos tablas (€ al mes)"),
    "tarjeta_familias.minor_weight": N_("Cuánto cuenta cada menor"),
    "tarjeta_familias.table": N_("Tabla de la tarjeta (€ al mes)"),
    "beca_comedor.rpc_limit": N_("Límite de renta por persona (€ al año)"),
    "beca_comedor.rpc_limit_large_family": N_("Límite de renta por persona, familia numerosa (€ al año)"),
    "beca_comedor.full": N_("Beca total (€ por curso)"),
    "beca_comedor.partial": N_("Beca parcial (€ por curso)"),
    "beca_comedor.large_family": N_("Beca de familia numerosa (€ por curso)"),
    "indices.iprem_monthly": N_("IPREM al mes (€)"),
    "indices.iprem_annual14": N_("IPREM al año, en 14 pagas (€)"),
    "indices.smi": N_("Salario mínimo, en 14 pagas (€ al mes)"),
}
_PLACES = {
    "tarjeta_familias.table.low": N_("Con menos renta por persona"),
    "tarjeta_familias.table.high": N_("Con más renta por persona"),
}
_PEOPLE = ("tarjeta_familias.table",)


@dataclass(frozen=True, slots=True)
class Figure:
    """A parameter that the city's table depends on, with every number in it as of a day, by its place."""

    key: str
    words: str
    cells: dict[tuple[str, ...], Fraction | None]

    @property
    def is_table(self) -> bool:
        return () not in self.cells

    @property
    def grid(self) -> tuple[list[str], list[str]] | None:
        """The keys of columns and lines of a table of two steps, the same in each; None for any other shape."""
        columns, lines = (list(dict.fromkeys(place[step : step + 1] for place in self.cells)) for step in (0, 1))
        whole = {(*column, *line) for column in columns for line in lines}
        if () in columns or () in lines or whole != set(self.cells):
            return None
        return [key for (key,) in columns], [key for (key,) in lines]

    def cell_key(self, place: tuple[str, ...]) -> str:
        """The name of one number, as a reform and `alma simulate --reform` take it."""
        return ".".join((self.key, *place))

    def place_words(self, place: tuple[str, ...]) -> str:
        """What the number is, and where it stands in its table."""
        return ", ".join([self.words, *(self.step_words(place[: depth + 1]) for depth in range(len(place)))])

    def step_words(self, place: tuple[str, ...]) -> str:
        """The last step of a place in words: "Con menos renta por persona", "3 personas"."""
        whole, last = self.cell_key(place), place[-1]
        if whole in _PLACES:
            return _(_PLACES[whole])
        if self.key in _PEOPLE and last.isdigit():
            return _(N_("1 persona")) if last == "1" else _(N_("%(count)s personas"), count=last)
        return last


def figures(day: date) -> dict[str, Figure]:
    """Everything that can be changed, by name, as it holds on a day."""
    found = {}
    for name in (*PAID, INDICES):
        for parameter, rows in library().rows(name).items():
            if rows[0].start <= day:
                key = f"{name}.{parameter}"
                found[key] = Figure(key, parameter_name(name, parameter), cells(row_on(rows, day).value))
    return found


def parameter_name(benefit: str, parameter: str) -> str:
    """A parameter as people call it; its own name where nobody has given it another."""
    key = f"{benefit}.{parameter}"
    return _(_NAMES[key]) if key in _NAMES else parameter


def by_benefit(found: dict[str, Figure]) -> Iterator[tuple[str, list[Figure]]]:
    """The same under the name of each benefit."""
    for name in (*PAID, INDICES):
        yield name_of(name), [figure for key, figure in found.items() if key.startswith(f"{name}.")]
