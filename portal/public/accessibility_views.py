"""The accessibility statement (Real Decreto 1112/2018) and the forms it must offer: articles 10.2, 12 and 13."""

from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import yaml
from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Email, Length, Optional, ValidationError

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.errors import Invalid
from case_api.settings import settings
from channels.conversations import about_accessibility
from portal.look.csrf import form_view
from portal.look.language import current as language
from portal.look.widgets import Form, Given
from portal.public.views import blueprint

# Who writes has no log-in, and so no right to a row: the desk that takes the form in has.
_DESK = Actor.system("accessibility-form")
_PACKAGED = Path(__file__).with_name("statement.yaml")
LONGEST = 5000


def statement() -> dict[str, Any]:
    """What the last audit found and who answers for it: `statement.yaml` in var/, else the one that comes with Alma."""
    own = settings().VAR_DIR / "statement.yaml"
    path = own if own.exists() else _PACKAGED
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _clean(value: str | None) -> str | None:
    return "".join(sign for sign in value if sign >= " " or sign in "\n\r\t").strip() if value else value


class _Writing(Form):
    page = StringField(
        _l("¿En qué página?"),
        [Length(max=300, message=_l("Es demasiado largo. Ponga solo la dirección o el nombre de la página."))],
        description=_l("Su dirección o su nombre. Por ejemplo: Pedir cita."),
        filters=[_clean],
    )
    name = StringField(_l("Su nombre"), [Length(max=100, message=_l("Ese nombre es demasiado largo"))],
                       filters=[_clean], render_kw={"autocomplete": "name"})  # fmt: skip
    form_id = HiddenField(default=lambda: str(uuid4()))

    def key(self) -> UUID:
        """The form's own mark; one that somebody spoiled is made anew."""
        try:
            return UUID(self.form_id.data or "")
        except ValueError:
            return uuid4()


class CommentForm(_Writing):
    """Article 10.2.a: tell us of a barrier, a difficulty, an idea."""

    body = TextAreaField(
        _l("¿Qué ha pasado?"),
        [Given(_l("Cuente qué ha pasado, aunque sea corto")),
         Length(max=LONGEST, message=_l("Es muy largo. Déjelo en 5.000 letras."))],
        filters=[_clean],
    )  # fmt: skip
    email = StringField(
        _l("Su correo electrónico"),
        [Optional(), Email(message=_l("Ese correo no está entero. Por ejemplo: nombre@correo.es"))],
        description=_l("Solo si quiere que le contestemos."),
        filters=[_clean],
        render_kw={"autocomplete": "email", "dir": "ltr", "inputmode": "email"},
    )


class RequestForm(_Writing):
    """Articles 12 and 13: accessible information, a complaint, a claim against the answer."""

    kind = RadioField(
        _l("¿Qué quiere hacer?"),
        [Given(_l("Elija qué quiere hacer"))],
        choices=[
            ("information", _l("Pedir información en un formato que pueda usar")),
            ("complaint", _l("Quejarme de que algo no es accesible")),
            ("claim", _l("Reclamar porque no me contestaron o no estoy conforme")),
        ],
    )
    earlier = StringField(
        _l("Referencia de lo que pidió"),
        [Length(max=60, message=_l("Esa referencia es demasiado larga"))],
        description=_l("Solo si reclama. Está en el resguardo."),
        filters=[_clean],
    )
    body = TextAreaField(
        _l("¿Qué pide y por qué?"),
        [Given(_l("Explique qué pide y por qué")),
         Length(max=LONGEST, message=_l("Es muy largo. Déjelo en 5.000 letras."))],
        filters=[_clean],
    )  # fmt: skip
    email = StringField(
        _l("Su correo electrónico"),
        [Given(_l("Escriba su correo, para poder contestarle")),
         Email(message=_l("Ese correo no está entero. Por ejemplo: nombre@correo.es"))],
        filters=[_clean],
        render_kw={"autocomplete": "email", "dir": "ltr", "inputmode": "email"},
    )  # fmt: skip

    def validate_earlier(self, field: StringField) -> None:
        if self.kind.data == "claim" and not field.data:
            raise ValidationError(_l("Escriba la referencia. Si no la tiene, ponga el día en que nos escribió."))


@blueprint.get("/accesibilidad")
def accessibility():
    return render_template("pages/public/accessibility.html", mail=settings().MAIL_ADDRESS, statement=statement())


@blueprint.route("/accesibilidad/comunicacion", methods=["GET", "POST"])
@form_view
def accessibility_comment():
    """Article 10.2.a."""
    return _answer(CommentForm(), "pages/public/accessibility_comment.html")


@blueprint.route("/accesibilidad/solicitud", methods=["GET", "POST"])
@form_view
def accessibility_request():
    """Articles 12 and 13."""
    form = RequestForm()
    if request.method == "GET" and request.args.get("para") in {value for value, _words in form.kind.choices}:
        form.kind.data = request.args["para"]
    return _answer(form, "pages/public/accessibility_request.html")


@blueprint.get("/accesibilidad/recibido/<uuid:key>")
def accessibility_received(key: UUID):
    """The receipt: when it came, its reference, until when we answer. Nothing of what was written."""
    with unit_of_work(_DESK) as unit:
        found = about_accessibility.received(unit.session, key=key)
    return render_template("pages/public/accessibility_received.html", found=found, statement=statement())


def _answer(form: Any, page: str):
    if form.validate_on_submit():
        key = form.key()
        try:
            with unit_of_work(_DESK) as unit:
                about_accessibility.write(
                    unit.session,
                    kind=form.kind.data if "kind" in form else "comment",
                    body=form.body.data,
                    email=form.email.data or None,
                    name=form.name.data or None,
                    page=form.page.data or None,
                    earlier=form.earlier.data or None if "earlier" in form else None,
                    key=key,
                    language=language().code,
                )
            return redirect(url_for("public.accessibility_received", key=key), code=303)
        except Invalid as wrong:
            form.add_fields(wrong.fields)
    return render_template(page, form=form, statement=statement()), 422 if form.is_submitted() else 200
