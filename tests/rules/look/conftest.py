"""A small app dressed as every app of Alma is, with pages that go well and pages that go wrong."""

import pytest
from flask import Flask, abort, render_template_string
from sqlalchemy.exc import OperationalError
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from case_api import errors
from portal.look import build, init_look
from portal.look.csrf import form_view
from portal.look.widgets import DateField, Form, Given

SECRET_WORDS = "Amparo lo escribió y nadie más debe leerlo"


class Everything(Form):
    name = StringField("Su nombre", [Given("Escriba su nombre")], render_kw={"autocomplete": "name"})
    phone = TelField("Su teléfono", description="Por ejemplo: 600 000 001")
    mail = EmailField("Su correo")
    password = PasswordField("Su clave")
    text = TextAreaField("Qué necesita", [Given("Escriba qué necesita")])
    reason = SelectField("Motivo", choices=[SelectChoice("a", "Información"), SelectChoice("b", "Seguimiento")])
    where = RadioField(
        "Dónde",
        [Given("Elija dónde")],
        choices=[SelectChoice("o", "En el centro", {"hint": "En persona"}), SelectChoice("t", "Voz")],
    )
    many = SelectMultipleField("Temas", choices=[SelectChoice("x", "Vivienda"), SelectChoice("y", "Dinero")])
    agreed = BooleanField("He leído cómo se usan mis datos", [Given("Marque la casilla")])
    born = DateField("Nacimiento", [Given("Escriba la fecha")], render_kw={"autocomplete": "bday"})
    paper = FileField("Documento")


PAGE = """{% extends "base.html" %}{% from "components/forms.html" import form_tag, field, submit %}
{% block title %}Formulario{% endblock %}{% block main %}<h1>Formulario</h1>
{% call form_tag(form, upload=true) %}{% for one in form if one.name != "csrf_token" %}{{ field(one) }}{% endfor %}
{{ submit("Enviar") }}{% endcall %}{% endblock %}"""


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    build.compile_catalogues()
    build.build_assets()


@pytest.fixture
def app() -> Flask:
    app = Flask("dressed", static_folder=None)
    app.secret_key = "only for this test"
    app.config["PROPAGATE_EXCEPTIONS"] = False
    init_look(app, area="citizen")
    app.done = []

    @app.get("/")
    def home():
        return render_template_string(
            '{% extends "base.html" %}{% block title %}Hola{% endblock %}{% block main %}<h1>Hola</h1>{% endblock %}'
        )

    @app.route("/kept", methods=["GET", "POST"])
    @form_view
    def kept():
        form = Everything()
        if form.validate_on_submit():
            app.done.append("kept")
            return "done"
        return render_template_string(PAGE, form=form), 422 if form.errors else 200

    @app.route("/plain", methods=["GET", "POST"])
    def plain():
        app.done.append("plain")
        return "done"

    @app.post("/careless")
    @form_view
    def careless():
        return "done without asking a form"

    @app.get("/status/<int:status>")
    def status(status: int):
        abort(status)

    @app.get("/raise/<name>")
    def fault(name: str):
        raise {
            "bug": RuntimeError(SECRET_WORDS),
            "database": OperationalError("SELECT 1", {}, Exception(SECRET_WORDS)),
            "missing": errors.NotFound(),
            "conflict": errors.Conflict("Esa hora ya no está libre."),
            "invalid": errors.Invalid("Falta algo", fields={"born": "Escriba la fecha"}),
        }[name]

    return app


@pytest.fixture
def client(app: Flask):
    return app.test_client()
