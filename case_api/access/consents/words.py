"""What a person reads before a switch moves: who, what, what follows, until when. Kept to the letter afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from case_api.access.facts import BASES
from case_api.access.levels import WORDS as LEVELS
from case_api.access.table import Table

SWITCHES: dict[str, Any] = {
    "T1": _l("Quién es usted y sus citas"),
    "T2": _l("Cómo va lo suyo y sus documentos"),
    "T3": _l("Su plan y sus informes"),
    "T4": _l("Sus datos más delicados"),
    "O": _l("Que no preguntemos allí por usted"),
}
RECIPIENTS: dict[tuple[str, str], Any] = {
    ("client", "carpeta"): _l("Carpeta Ciudadana"),
    ("case_team", "team"): _l("el equipo de su caso"),
    ("administration", "seguridad_social"): _l("la Seguridad Social"),
    ("administration", "sepe"): _l("el Servicio Público de Empleo (SEPE)"),
    ("administration", "comunidad_madrid"): _l("la Comunidad de Madrid"),
    ("administration", "catastro"): _l("el Catastro"),
}
DATA: dict[str, Any] = {
    "work": _l("su vida laboral"),
    "pensions": _l("sus pensiones"),
    "unemployment": _l("su prestación de paro"),
    "disability": _l("su discapacidad y su dependencia"),
    "large_family": _l("su título de familia numerosa"),
    "property": _l("las casas y terrenos a su nombre"),
}
PURPOSES: dict[str, Any] = {"requirements": _l("comprobar si cumple los requisitos de una ayuda")}


BY_LAW: tuple[tuple[str, str, Any], ...] = (
    ("reference", "social_worker", _l("La persona de trabajo social que le atiende")),
    ("unit", "social_worker", _l("Las demás personas de trabajo social de su centro")),
    ("unit", "information", _l("Información y acogida de su centro")),
    ("handling", "information", _l("Quien responde un mensaje o prepara una cita suya")),
)


@dataclass(frozen=True, slots=True)
class ByLaw:
    """Who sees what without asking, in words: up to which level, content by content, and why."""

    who: str
    what: list[str]
    why: str


def by_law(table: Table) -> list[ByLaw]:
    """Who may see what of a person without their consent, by the table in force."""
    care = table.care_relation
    relations = {"reference": care.reference, "unit": care.unit, "handling": table.handling}
    found = []
    for relation, role, who in BY_LAW:
        highest = relations[relation].get(role)  # type: ignore[call-overload]
        if highest is not None:
            basis = table.basis["handling" if relation == "handling" else "care-relation"]
            what = [str(text) for level, text in LEVELS.items() if level <= highest]
            found.append(ByLaw(str(who), what, str(BASES[basis])))
    return found


def recipient_words(kind: str, name: str, label: str | None = None) -> str:
    """Who it is: the `label` of a centre or of a chosen person, or the words for the name; else the name itself."""
    return label or str(RECIPIENTS.get((kind, name), name))


def language() -> str:
    return str(get_locale() or "es")


def _day(day: date) -> str:
    return format_date(day, format="long", locale=get_locale() or "es")


def statement(
    switch: str,
    who: str,
    *,
    kind: str = "client",
    file_title: str | None = None,
    last_day: date | None = None,
    data: Sequence[str] = (),
    purpose: str | None = None,
    among: Sequence[str] = (),
) -> list[str]:
    """The sentences that stand before the button, in the reader's language. `kind` of recipient; `last_day` counts, in
    Madrid; `among` are the centres of a case team as it is today."""
    if switch == "O":
        return [
            _("No preguntaremos a %(who)s por usted.", who=who),
            _("Hasta ahora podemos preguntar por: %(data)s.", data=", ".join(str(DATA[one]) for one in data)),
            _("Lo hacemos para esto: %(purpose)s.", purpose=PURPOSES[purpose or ""]),
            _("Desde que lo confirme, esos papeles los tendrá que traer usted cuando pida una ayuda."),
            _("En una sanción o una inspección la ley nos obliga a preguntar, aunque usted se oponga."),
            _("Puede cambiar de idea cuando quiera, en la página de sus permisos."),
        ]
    lines = {"client": _what, "chosen": _what_chosen}.get(kind, _what_colleagues)(switch, who, file_title)
    if among:
        lines.append(_("Hoy son profesionales de: %(units)s.", units=", ".join(among)))
    lines.append(
        _("Vale hasta el %(day)s, incluido.", day=_day(last_day)) if last_day else _("Vale hasta que usted lo quite.")
    )
    return [
        *lines,
        _("Cada vez que mire algo suyo queda anotado, y usted puede verlo."),
        _("Puede quitar este permiso cuando quiera, en la página de sus permisos. Desde ese momento ya no ve nada."),
        _("Lo que haya visto antes no se puede deshacer."),
        _("Si dice que no, le atendemos igual."),
    ]


def _what(switch: str, who: str, file_title: str | None) -> list[str]:
    if switch == "T1":
        return [
            _("%(who)s podrá ver su nombre, su documento, su centro y sus citas.", who=who),
            _("También podrá pedir, cambiar y anular citas en su nombre."),
        ]
    if switch == "T2" and file_title:
        return [
            _("%(who)s podrá ver un solo expediente: %(title)s.", who=who, title=file_title),
            _("Verá en qué punto está y sus papeles. Podrá entregar ahí documentos en su nombre."),
            _("No verá ningún otro expediente."),
        ]
    if switch == "T2":
        return [
            _("%(who)s podrá ver todos sus expedientes, sus ayudas y sus papeles.", who=who),
            _("También quién ha consultado su carpeta y qué permisos le ha dado usted."),
            _("Podrá entregar documentos en su nombre."),
        ]
    if switch == "T3" and file_title:
        return [
            _("%(who)s podrá ver los informes firmados de un solo expediente: %(title)s.", who=who, title=file_title)
        ]
    if switch == "T3":
        return [_("%(who)s podrá ver su plan y los informes firmados sobre usted.", who=who)]
    lines = [
        _(
            "%(who)s podrá ver sus documentos más delicados: de salud, de violencia o con datos de otras personas.",
            who=who,
        ),
        _("Solo podrá justo después de que usted entre otra vez con su clave."),
    ]
    return [*lines, _("Solo los de este expediente: %(title)s.", title=file_title)] if file_title else lines


def _one_file(lines: list[str], file_title: str | None) -> list[str]:
    if not file_title:
        return lines
    return [*lines, _("Solo lo de este expediente: %(title)s. De los demás, nada.", title=file_title)]


def _what_chosen(switch: str, who: str, file_title: str | None) -> list[str]:
    """Somebody the person chooses, who enters with a key of their own."""
    if switch == "T2":
        lines = [_("%(who)s podrá ver en qué punto está lo suyo, sus ayudas y sus papeles administrativos.", who=who)]
    elif switch == "T3":
        lines = [_("%(who)s podrá ver su plan y los informes firmados sobre usted.", who=who)]
    else:
        lines = [
            _("%(who)s podrá ver sus documentos más delicados: de salud, de violencia o de otras personas.", who=who),
            _("Tendrá que entrar de nuevo con su clave cada vez que los mire."),
        ]
    return [
        *_one_file(lines, file_title),
        _("Entra con su propio DNI y su propia clave. No le dé nunca la de usted."),
        _("Puede guardar o imprimir lo que vea. Dé este permiso solo a quien usted quiera, sin que nadie le presione."),
        _("No podrá pedir ni firmar nada por usted, ni ver sus mensajes, ni quién ha consultado su carpeta."),
    ]


def _what_colleagues(switch: str, who: str, file_title: str | None) -> list[str]:
    """Professionals of the city: another centre, or the team named for one's case."""
    if switch == "T3":
        lines = [
            _("%(who)s podrá ver su plan y los informes firmados sobre usted.", who=who),
            _("Para eso verá también quién es usted, sus citas y sus papeles administrativos."),
        ]
        return [*_one_file(lines, file_title), _("Los verán solo las personas de trabajo social de ese centro.")]
    lines = [
        _("Este permiso es para %(who)s.", who=who),
        _("Podrá ver sus documentos más delicados: de salud, de violencia o de otras personas."),
    ]
    lines = _one_file(lines, file_title)
    if who == str(RECIPIENTS["case_team", "team"]):
        return [*lines, _("Si más adelante entra alguien en el equipo, también los verá mientras dure este permiso.")]
    return [
        *lines,
        _("Para eso verá también quién es usted, sus citas y sus papeles administrativos."),
        _("Los verán solo las personas de trabajo social de ese centro."),
    ]
