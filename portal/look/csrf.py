"""Forms come from our own pages, and a page that has expired loses nothing.

Every POST needs its token; without one the answer is a page that says what to do. A view marked `@form_view` runs
all the same, because its form refuses to validate: the form comes back with what was typed and a new token. Should
such a view not ask a `Form`, its work is undone.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, g
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from wtforms.validators import ValidationError

csrf = CSRFProtect()
EXPIRED = _l("La página ha caducado. No se ha enviado nada. Lo que escribió sigue aquí: envíelo otra vez.")


def form_view(view: Callable) -> Callable:
    """Let a view show its form again, filled in, when the page had expired.

    The view must validate a `portal.look.widgets.Form` before it does anything. Put it under the route decorators.
    """

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        from flask import current_app, request

        if request.method in current_app.config["WTF_CSRF_METHODS"] and current_app.config["WTF_CSRF_ENABLED"]:
            name = current_app.config["WTF_CSRF_FIELD_NAME"]
            try:
                validate_csrf(request.form.get(name) or request.headers.get("X-CSRFToken"))
            except ValidationError:
                g.form_expired = True
        response = view(*args, **kwargs)
        if g.pop("form_expired", False) and not g.pop("form_expired_told", False):
            # Nobody asked a form: raising undoes the unit of work.
            raise CSRFError(str(EXPIRED))
        return response

    csrf.exempt(answer)
    return answer


def init_csrf(app: Flask) -> None:
    """Ask a token of every POST of this app."""
    # A slow reader is not punished: the token lives as long as the session.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    csrf.init_app(app)
