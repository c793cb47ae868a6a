"""The carrier's faults as a page: what goes wrong next, and how often."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from pydantic import ValidationError

from portal.sandbox.carrier.faults import ALWAYS, Faults
from portal.sandbox.services import services
from portal.sandbox.web import form_protected

faults_page = Blueprint("faults_page", __name__, url_prefix="/sandbox/carrier/faults")

GROUPS: dict[str, dict[str, str]] = {
    "Lo que una persona escribe a Alma": {
        "disorder_webhooks": "Mensajes que llegan después del siguiente",
        "duplicate_webhooks": "Mensajes que llegan dos veces",
        "late_webhooks": "Mensajes que llegan otra vez, más tarde",
        "batch_webhooks": "Mensajes que se juntan y llegan a la vez",
        "drop_webhooks": "Mensajes que no llegan",
        "webhook_delay_ms": "Retraso de cada mensaje, en milisegundos",
    },
    "Lo que Alma pide enviar": {
        "answer_429": "Peticiones que se rechazan por ir deprisa",
        "answer_5xx": "Peticiones que fallan sin enviar nada",
        "accept_then_503": "Peticiones que fallan después de enviar",
        "accept_then_close": "Peticiones que se cortan después de enviar",
        "accept_then_timeout": "Peticiones que no contestan después de enviar",
        "delay_ms": "Retraso de cada respuesta, en milisegundos",
        "timeout_ms": "Cuánto tarda lo que no contesta, en milisegundos",
    },
    "Lo que se cuenta de cada envío y de cada llamada": {
        "disorder_callbacks": "Avisos de estado en desorden",
        "duplicate_callbacks": "Avisos de estado que llegan dos veces",
        "drop_callbacks": "Avisos de estado que no llegan",
        "callback_delay_ms": "Retraso de cada aviso, en milisegundos",
    },
}


@faults_page.get("")
def show() -> str:
    """The faults that are set, with the counts that are left."""
    return _page(services().faults.read().model_dump(), error=None, wrong="")


@faults_page.post("")
@form_protected
def put() -> Any:
    """Set them as typed, or all well again."""
    if "well" in request.form:
        services().faults.replace(Faults())
        return redirect(url_for("faults_page.show"), 303)
    typed = {name: request.form.get(name, "").strip() or "0" for name in Faults.model_fields}
    try:
        services().faults.replace(Faults.model_validate(typed))
    except ValidationError as error:
        wrong = str(error.errors()[0]["loc"][0])
        return _page(typed, error="Escriba un número entero. Para siempre, escriba -1.", wrong=wrong), 422
    return redirect(url_for("faults_page.show"), 303)


def _page(values: dict[str, Any], *, error: str | None, wrong: str) -> str:
    return render_template("faults.html", groups=GROUPS, values=values, error=error, wrong=wrong, always=ALWAYS)
