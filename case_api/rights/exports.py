"""A copy of everything held about a person, to keep: JSON for machines, HTML for people, the documents as they are.

What it will hold is decided when it is asked for, and again, thing by thing, while it is fetched: nothing that has been
closed meanwhile leaves, and no second copy of anybody's data lies about. It is written as it is sent.
"""

import dataclasses
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from jinja2 import Environment, FileSystemLoader
from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.errors import DomainError, NotFound, Refused
from case_api.files.content import clean_name
from case_api.files.documents import Document
from case_api.rights.held import REASONS
from case_api.settings import TEMPLATES, settings

LIVES = timedelta(days=7)
_KIND = "export"
# A zip is the same for the same content: the hour of the files says nothing.
_WHEN = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Export:
    """A copy that may be fetched until `expires_at`. `parts` are the names of what it held when it was asked for."""

    id: UUID
    person_id: UUID
    asked_at: datetime
    level: Level
    parts: tuple[str, ...]
    expires_at: datetime
    fetched_at: datetime | None

    @property
    def open(self) -> bool:
        return clock.now() < self.expires_at


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along with a section: `read` opens it when its turn comes, in a transaction of its own, and
    raises a DomainError when it is closed by then."""

    id: UUID
    name: str
    read: Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the copy: its name in the JSON, its title for people, how the door tells it, and its files."""

    name: str
    title: Any
    read: Callable[[Any, UUID], Sequence[Any]]
    files: Callable[[Any, UUID], Sequence[Attached]] | None = None


def _one(value: Any) -> list[Any]:
    return [] if value is None else [value]


def _seen_by(door: Any, who: UUID) -> list[dict[str, Any]]:
    """What went to whom because of each consent, and what they answered when it was asked back."""
    return [
        {"consent_id": one.id, "name": one.recipient_words, "seen": door.releases(one.id, limit=1000),
         "asked_back": door.recall_of(one.id)}
        for one in door.consents(who)
        if one.switch != "O"
    ]  # fmt: skip


SECTIONS: tuple[Section, ...] = (
    Section("person", _l("Sus datos"), lambda door, who: [door.person(who)]),
    Section("household", _l("Con quién vive"), lambda door, who: _one(door.household(who))),
    Section("files", _l("Sus expedientes"), lambda door, who: door.files(who)),
    Section("benefits", _l("Sus prestaciones"), lambda door, who: door.benefits(who)),
    Section("history", _l("Su historia social"), lambda door, who: door.history(who)),
    Section("plan", _l("Su plan"), lambda door, who: door.plans(who)),
    Section("documents", _l("Sus documentos e informes"), lambda door, who: door.documents(who)),
    Section("appointments", _l("Sus citas"), lambda door, who: door.appointments(who)),
    Section("waiting", _l("Sus listas de espera"), lambda door, who: door.waiting(who)),
    Section("representatives", _l("Quién le representa"), lambda door, who: door.representatives(who, ended=True)),
    Section("consents", _l("Sus permisos"), lambda door, who: door.consents(who)),
    Section(
        "consent_receipts",
        _l("Los recibos de sus permisos"),
        lambda door, who: [door.consent_receipt(one.id) for one in door.consents(who)],
    ),
    Section("consent_releases", _l("Lo que se vio por sus permisos"), _seen_by),
    Section("chosen_people", _l("Personas a quienes quiso dejar ver algo"), lambda door, who: door.chosen_people(who)),
    Section("rights_requests", _l("Sus peticiones"), lambda door, who: door.rights_requests(who)),
    Section("exports", _l("Las copias que ha pedido"), lambda door, who: door.exports(who)),
    Section("challenges", _l("Lo que ha preguntado sobre quién miró"), lambda door, who: door.challenges(who)),
    Section("access_log", _l("Quién ha consultado su carpeta"), lambda door, who: door.access_entries(who, limit=5000)),
)
_COLUMNS = "id, person_id, asked_at, level, parts, expires_at, fetched_at"


def _export(row: Any) -> Export:
    values = list(row)
    values[3], values[4] = Level(values[3]), tuple(values[4])
    return Export(*values)


class ExportsDoor(DoorBase):
    def exports(self, person_id: UUID) -> list[Export]:
        """The copies that a person has asked for and may still fetch, newest first (N2). NotFound, StepUpRequired."""
        self.require(person_id=person_id, level=Level.N2, object_kind=_KIND, object_id=person_id, action="list")
        rows = self.unit.session.execute(
            text(
                f"SELECT {_COLUMNS} FROM data_export WHERE person_id = :person AND ended_at IS NULL "
                "AND expires_at > :now ORDER BY asked_at DESC, id"
            ),
            {"person": person_id, "now": clock.now()},
        )
        return [_export(row) for row in rows]

    def ask_for_copy(self, person_id: UUID, extra: Sequence[Section] = ()) -> Export:
        """Ask for a copy of everything (N2), by the person alone. Raises NotFound, StepUpRequired, Refused."""
        self.require(person_id=person_id, level=Level.N2, object_kind=_KIND, object_id=person_id, action="export")
        if self.actor.kind != "citizen" or self.actor.person_id != person_id:
            raise Refused(_l("Solo la propia persona puede hacerlo."))
        parts = [one.name for one in (*SECTIONS, *extra) if self._rows(one, person_id) is not None]
        levels = self.highest(person_id=person_id, object_kind="document")
        now = clock.now()
        made = new_id()
        values = {
            "id": made, "person": person_id, "by": f"{self.actor.kind}:{self.actor.id}", "now": now,
            "level": str(levels[-1] if levels else Level.N2), "parts": json.dumps(parts), "end": now + LIVES,
        }  # fmt: skip
        self.unit.session.execute(
            text(
                "INSERT INTO data_export (id, person_id, asked_by, asked_at, level, parts, expires_at) "
                "VALUES (:id, :person, :by, :now, :level, CAST(:parts AS jsonb), :end)"
            ),
            values,
        )
        return self._export_of(made)

    def fetch_copy(self, export_id: UUID, extra: Sequence[Section] = ()) -> Iterator[bytes]:
        """The copy as a ZIP, in pieces as they are made (N2). Decided here again, and for each document once more.

        Raises NotFound (also when it has expired), StepUpRequired.
        """
        row = self.unit.session.execute(
            text(f"SELECT {_COLUMNS} FROM data_export WHERE id = :id AND ended_at IS NULL AND expires_at > :now"),
            {"id": export_id, "now": clock.now()},
        ).first()
        self.require(
            person_id=row.person_id if row else None,
            level=Level.N2,
            object_kind=_KIND,
            object_id=export_id,
            action="download",
        )
        if row is None:
            raise NotFound()
        export = _export(row)
        held = {
            one.name: rows
            for one in (*SECTIONS, *extra)
            if one.name in export.parts and (rows := self._rows(one, export.person_id)) is not None
        }
        self.unit.session.execute(
            text("UPDATE data_export SET fetched_at = :now WHERE id = :id"), {"id": export_id, "now": clock.now()}
        )
        titles = {one.name: str(one.title) for one in (*SECTIONS, *extra)}
        documents = [
            Attached(one.id, one.file_name, pieces)
            for one in held.get("documents", ())
            if (pieces := self._pieces_of(one)) is not None
        ]
        names = {one.id: f"documentos/{number:03d}-{one.name}" for number, one in enumerate(documents, 1)}
        others = [
            each
            for one in (*SECTIONS, *extra)
            if one.files is not None and one.name in held
            for each in one.files(self, export.person_id)
        ]
        beside = {one.id: f"adjuntos/{number:03d}-{clean_name(one.name)}" for number, one in enumerate(others, 1)}
        told = {name: [_plain(row) for row in rows] for name, rows in held.items()}
        # Written here, where the reader's language is known; the documents follow while it is sent.
        machine, page = _json(export, told, names, beside), _html(told, titles, names | beside)
        return _zip(machine, page, names | beside, (*documents, *others))

    def _pieces_of(self, document: Document) -> Callable[[], Iterator[bytes]] | None:
        """How to read a document when its turn comes, in a transaction of its own; None when it is not open."""
        from case_api.access.door import open_door
        from case_api.db import unit_of_work

        actor, purpose, scopes = self.actor, self.purpose, self._scopes

        def read() -> Iterator[bytes]:
            with unit_of_work(actor) as unit:
                _found, pieces = open_door(actor, purpose, unit=unit, scopes=scopes).document_stream(document.id)
            yield from pieces

        return read if self._open(document) else None

    def _open(self, document: Document) -> bool:
        return self.allows(
            person_id=document.person_id,
            level=document.level,
            object_kind="document",
            file_id=document.file_id,
        )

    def _rows(self, section: Section, person_id: UUID) -> Sequence[Any] | None:
        """What a section holds for this actor now; None when it is not open."""
        try:
            return section.read(self, person_id)
        except DomainError:
            return None

    def _export_of(self, export_id: UUID) -> Export:
        return _export(
            self.unit.session.execute(
                text(f"SELECT {_COLUMNS} FROM data_export WHERE id = :id"), {"id": export_id}
            ).one()
        )


def _plain(value: Any) -> Any:
    """A typed value as JSON has it: instants in UTC, ISO 8601; words as they are."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


class _Sink(io.RawIOBase):
    """Where the zip is written: nothing is kept but what was not taken yet."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._waiting += piece
        return len(piece)

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


def _json(export: Export, held: dict[str, list[Any]], names: dict[UUID, str], beside: dict[UUID, str]) -> str:
    described = {
        "format": "alma-export-1",
        "made_at": clock.now().isoformat(),
        "asked_at": export.asked_at.isoformat(),
        "person_id": str(export.person_id),
        "documents": {str(identifier): name for identifier, name in names.items()},
        "attachments": {str(identifier): name for identifier, name in beside.items()},
        "data": held,
        "withheld": {key: str(words) for key, words in REASONS.items()},
        "other_ways": f"{settings().PUBLIC_URL}/carpeta/derechos",
    }
    return json.dumps(described, ensure_ascii=False, indent=1)


def _zip(machine: str, page: str, names: dict[UUID, str], files: Sequence[Attached]) -> Iterator[bytes]:
    """The pieces of the ZIP. A file that is closed meanwhile is left out, and nothing else is."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:  # type: ignore[arg-type]
        made.writestr(_info("datos.json"), machine)
        made.writestr(_info("leer.html"), page)
        yield sink.take()
        for one in files:
            try:
                pieces = one.read()
                first = next(pieces)
            except DomainError:
                continue
            with made.open(_info(names[one.id]), "w") as member:
                member.write(first)
                yield sink.take()
                for piece in pieces:
                    member.write(piece)
                    yield sink.take()
    yield sink.take()


def _info(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, _WHEN)
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def _html(held: dict[str, list[Any]], titles: dict[str, str], names: dict[UUID, str]) -> str:
    """The same for people: one page, no scripts, nothing loaded from anywhere."""
    pages = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    by_id = {str(identifier): name for identifier, name in names.items()}
    return pages.get_template("export/leer.html").render(
        held=held,
        titles=titles,
        names=by_id,
        labels=LABELS,
        withheld=list(REASONS.values()),
        made_at=clock.now().astimezone(clock.MADRID),
    )


# What people read for the names of the fields; what is not here is for machines, and stays in the JSON alone.
LABELS: dict[str, Any] = {
    "given_name": _l("Nombre"), "surname1": _l("Primer apellido"), "surname2": _l("Segundo apellido"),
    "birth_date": _l("Fecha de nacimiento"), "document_number": _l("Documento"), "language": _l("Idioma"),
    "unit_name": _l("Centro"), "reference_professional_name": _l("Profesional de referencia"),
    "history_number": _l("Número de historia social"), "dependency_grade": _l("Grado de dependencia"),
    "title": _l("Título"), "state": _l("Estado"), "summary": _l("Resumen"), "opened_at": _l("Empezó"),
    "decision_due_on": _l("Plazo para decidir"), "decided_on": _l("Se decidió"), "granted_on": _l("Concedida"),
    "ends_on": _l("Termina"), "file_name": _l("Archivo"), "created_at": _l("Fecha"), "starts_at": _l("Cuándo"),
    "minutes": _l("Minutos"), "centre": _l("Centro"), "professional": _l("Con quién"), "reason": _l("Para qué"),
    "mode": _l("Cómo"), "words": _l("Lo que leyó"), "given_at": _l("Dado"), "withdrawn_at": _l("Quitado"),
    "at": _l("Cuándo"), "role": _l("Quién, por su puesto"), "purpose": _l("Para qué"), "object_kind": _l("Qué miró"),
    "about": _l("Sobre qué"), "wanted": _l("Qué pidió"), "answer": _l("Respuesta"), "due_on": _l("Plazo"),
    "body": _l("Mensaje"), "direction": _l("De quién"), "channel": _l("Por dónde"), "messages": _l("Mensajes"),
    "steps": _l("Pasos"), "instructions": _l("Qué hay que hacer"), "done_on": _l("Hecho"), "subject": _l("Asunto"),
    "entries": _l("Lo que se escribió"), "scope": _l("Qué puede ver"), "kind": _l("Qué es"), "evidence": _l("Papel"),
    "ends_at": _l("Acaba"), "own": _l("Usted"), "joined_on": _l("Desde"), "attachments": _l("Archivos"),
    "file": _l("Dónde está"), "value": _l("Dirección"), "label": _l("Quién"), "chosen_at": _l("Desde"),
    "seen": _l("Lo que vio"), "asked_back": _l("Lo que se le pidió que borrara"), "outcome": _l("Qué contestó"),
    "acknowledged_at": _l("Contestó"), "asked_at": _l("Pedido"), "finding": _l("Qué se encontró"),
    "review_on": _l("Se repasa"), "person_does": _l("Qué hace usted"), "we_do": _l("Qué hacemos nosotros"),
    "members": _l("Personas"), "name": _l("Nombre"), "relationship": _l("Parentesco"), "goals": _l("Objetivos"),
}  # fmt: skip
