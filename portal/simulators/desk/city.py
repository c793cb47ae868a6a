"""What the benefits come to in the city, for the desk: worked out once for the same question, then drawn and tabled."""

from datetime import date
from functools import lru_cache
from typing import Any

from portal.look.dates import whole_euros
from portal.look.language import gettext as _
from portal.simulators.desk.forms import Change
from portal.simulators.desk.words import name_of, number
from portal.simulators.parameters.library import Library, library
from portal.simulators.population.chart import as_svg
from portal.simulators.population.report import exact_figure, simulate_population
from portal.simulators.words import N_

_HEAD = (N_("Ayuda"), N_("Hogares con derecho"), N_("Hogares que la piden"), N_("Coste al año"))
_REFORM_HEAD = (N_("Hogares después"), N_("Coste después"), N_("Diferencia"), N_("Ganan"), N_("Pierden"))


def city_today(day: date, take_up: float, reform: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    """The city's table on a day, with a reform beside it. Raises ValueError, NoFigure."""
    return _city(library(), day, take_up, reform)


@lru_cache(maxsize=32)
def _city(_shelf: Library, day: date, take_up: float, reform: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return simulate_population(day=day, take_up=take_up, reform=dict(reform) or None)


def table_of(rows: list[dict[str, Any]]) -> tuple[list[Any], list[list[Any]]]:
    """Head and rows for the page's table."""
    reform = any("reform_cost" in row for row in rows)
    head = [_(text) for text in (*_HEAD, *(_REFORM_HEAD if reform else ()))]
    return head, [[name_of(row["benefit"]), *(_cells(row, reform))] for row in rows]


def chart_of(found: dict[str, Any]) -> str:
    """The drawing beside the table."""
    return as_svg(
        found,
        title=_(N_("Coste al año, en millones de euros")),
        names={row["benefit"]: name_of(row["benefit"]) for row in found["benefits"]},
        legend=(_(N_("Hoy")), _(N_("Con el cambio"))),
    )


def changes_of(changes: list[Change]) -> list[list[Any]]:
    """What a reform changes, for a table: the figure, today's number, the new one."""
    return [
        [
            f"{name_of(figure.key.partition('.')[0])}: {figure.place_words(place)}",
            {"text": "—" if (today := figure.cells[place]) is None else number(today), "number": True},
            {"text": number(exact_figure(value)), "number": True},
        ]
        for figure, place, value in changes
    ]


def _cells(row: dict[str, Any], reform: bool) -> list[Any]:
    cells = [_count(row["entitled_households"]), _count(row["households"]), _money(row["cost"])]
    if reform:
        cells += [_count(row["reform_households"]), _money(row["reform_cost"]), _money(row["difference"])]
        cells += [_count(row["win"]), _count(row["lose"])]
    return cells


def _count(value: int | None) -> dict[str, Any]:
    return {"text": _(N_("sin cantidades")) if value is None else number(value), "number": True}


def _money(value: float | None) -> dict[str, Any]:
    return {"text": _(N_("sin cantidades")) if value is None else whole_euros(value), "number": True}
