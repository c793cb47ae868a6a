"""Sentences about a person's things: whole ones, so that every language can say them its own way."""

from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from case_api.access.entries import AccessEntry
from case_api.agenda.values import Appointment
from case_api.files.door import CaseFile, FileStep
from portal.look.dates import date_words, day, day_time, time, weekday
from portal.look.stored import stored, stored_text

PILLS = {"waiting_for_citizen": "due", "granted": "done", "denied": "error", "in_progress": "now"}


def first_upper(text: str) -> str:
    """A phrase at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def appointment_title(one: Appointment) -> str:
    """When and how: "Jueves a las 10:00, en el centro"."""
    when = {"weekday": weekday(one.starts_at), "time": time(one.starts_at)}
    if one.mode == "in_person":
        return first_upper(_("%(weekday)s a las %(time)s, en el centro", **when))
    if one.mode == "phone":
        return first_upper(_("%(weekday)s a las %(time)s, por teléfono", **when))
    if one.mode == "video":
        return first_upper(_("%(weekday)s a las %(time)s, por videollamada", **when))
    return first_upper(_("%(weekday)s a las %(time)s, en su casa", **when))


def appointment_text(one: Appointment) -> str:
    """With whom and how long."""
    return _("Con %(name)s. Dura %(minutes)s minutos.", name=one.professional, minutes=one.minutes)


def appointment_place(one: Appointment) -> str:
    """Where to be at that time, whatever the way."""
    if one.mode == "in_person":
        place = Markup(", ").join(escape(stored(part)) for part in (one.centre, one.address) if part)
        return Markup(escape(_("%(place)s. Diga su nombre al llegar."))) % {"place": place}
    if one.mode == "phone":
        return _("Le llamamos nosotros al teléfono que nos dio. El número puede salir oculto.")
    if one.mode == "video":
        return _(
            "Se entra desde esta página, 15 minutos antes. Si lo prefiere, cámbiela por una llamada o venga al centro."
        )
    return _("Vamos a su casa. Quien va lleva su tarjeta con foto: pídasela.")


def _step_date(step: FileStep) -> str | None:
    if step.state == "done":
        return date_words(step.done_on) if step.done_on else None
    if step.handed_in_at:
        return _("Lo entregó el %(day)s. Lo estamos mirando.", day=date_words(step.handed_in_at))
    if step.due_on and step.asks_document:
        return _("Hasta el %(day)s, incluido", day=day(step.due_on))
    if step.due_on:
        return _("Como tarde, el %(day)s", day=day(step.due_on))
    return None


def _step_text(step: FileStep) -> str:
    if step.waits_for_document and step.state == "current":
        asked = _("Traiga o suba este documento: %(title)s", title=stored_text(step.title))
        return stored(step.instructions) or asked
    return stored(step.title)


def file_steps(file: CaseFile) -> list[dict[str, Any]]:
    """The steps of a file as the macro `steps` takes them, with the legal limit of the decision at the end."""
    items: list[dict[str, Any]] = [
        {"text": _step_text(step), "date": _step_date(step), "state": step.state if step.state != "todo" else None}
        for step in file.steps
    ]
    last = file.steps[-1] if file.steps else None
    open_still = file.decided_on is None and file.state not in ("granted", "denied", "closed")
    if file.decision_due_on and open_still:
        limit = _("Como tarde, el %(day)s", day=day(file.decision_due_on))
        if last is not None and last.state != "done" and not last.asks_document:
            items[-1]["date"] = limit
        else:
            items.append({"text": _("Decisión"), "date": limit, "state": None})
    return items


def file_outcome(file: CaseFile) -> str | None:
    """What a decided file means for the person now."""
    if file.state == "granted" and file.decided_on:
        return _("Desde el %(day)s. No tiene que hacer nada.", day=date_words(file.decided_on))
    if file.state == "denied" and file.decided_on:
        return _(
            "Se decidió el %(day)s. La resolución explica por qué y cómo reclamar.", day=date_words(file.decided_on)
        )
    if file.state == "closed":
        return _("Este expediente está terminado. No tiene que hacer nada.")
    return None


def step_to_hand_in(file: CaseFile) -> FileStep | None:
    """The step that waits for a document of the person's, if any."""
    return next((step for step in file.steps if step.waits_for_document), None)


def who_looked(entry: AccessEntry) -> str:
    """The unit and the role, never a name (C-579/21; SAN 7/2024). A unit is called as it is, in Spanish."""
    unit = Markup('<span lang="es">{}</span>').format(entry.unit_name)
    if entry.unit_name and entry.role_words:
        return Markup(escape(_("%(unit)s, %(role)s"))) % {"unit": unit, "role": entry.role_words}
    if entry.unit_name:
        return unit
    if entry.actor_kind == "client":
        return _("Otra aplicación que usted usa")
    if entry.actor_kind == "citizen" and entry.rule == "consent":
        return _("Una persona a quien usted dio permiso")
    if entry.actor_kind == "citizen":
        return _("Alguien que actúa por usted")
    return _("Un proceso automático de servicios sociales")


def looked_at(entry: AccessEntry) -> str:
    """What was looked at, in the middle of a sentence: "su ficha, sus citas"."""
    return ", ".join(str(words)[:1].lower() + str(words)[1:] for words in entry.kinds_words)


def question_about(entry_at: Any, who: str) -> str:
    """What a message about a look begins with."""
    return _(
        "Quiero preguntar por una consulta de mi carpeta. Fue el %(when)s. La hizo: %(who)s. Mi pregunta es: ",
        when=day_time(entry_at),
        who=Markup(who).striptags(),
    )


def size_words(size: int) -> str:
    """How big a file is, roughly."""
    if size >= 1024 * 1024:
        return _("%(number)s MB", number=f"{size / 1024 / 1024:.1f}".replace(".", ","))
    return _("%(number)s kB", number=max(1, round(size / 1024)))


def kinds_words(media_type: str) -> str:
    """The kind of a file, as people say it."""
    known = {"application/pdf": "PDF", "image/jpeg": _("foto JPG"), "image/png": _("foto PNG")}
    return known.get(media_type, _("archivo"))


def few(days: list[tuple[Any, list[Any]]], *, whole: Any = None, most: int = 3) -> list[tuple[Any, list[Any], int]]:
    """Days with the first hours of each, and how many more there are: a choice that can be taken in. `whole`: a day
    (a date in Madrid) to show in full.
    """
    found = []
    for local_day, slots in days:
        shown = slots if local_day == whole else slots[:most]
        found.append((local_day, shown, len(slots) - len(shown)))
    return found
