"""What arrived and could not be read: kept, told, and tried again."""

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from case_api.db import current_unit
from case_api.errors import Refused
from channels.inbound import quarantine
from portal.staff.room import SEE_EVERY_UNIT, actor, blueprint

PAGE = 50


def _only_reception() -> None:
    # Nobody knows yet whose it is: it is for those who receive for the whole city.
    if actor().role not in SEE_EVERY_UNIT:
        raise Refused()


@blueprint.get("/apartados")
def quarantined():
    """The list, newest first."""
    _only_reception()
    before = request.args.get("antes", type=int)
    if before is not None and not 0 < before < 2**63:
        before = None
    found = quarantine.listing(current_unit().session, before=before, limit=PAGE)
    older = url_for("staff.quarantined", antes=found[-1].id) if len(found) == PAGE else None
    return render_template("pages/staff/quarantine.html", found=found, older=older)


@blueprint.get("/apartados/<int:event_id>/original")
def quarantined_original(event_id: int):
    """The bytes as they came, to keep; the browser never opens them."""
    _only_reception()
    content = quarantine.content(current_unit().session, event_id=event_id)
    answer = send_file(
        io.BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"{event_id}.bin",
        conditional=False,
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/apartados/<int:event_id>/otra-vez")
def reprocess(event_id: int):
    """Put it back in line."""
    _only_reception()
    quarantine.reprocess(current_unit().session, event_id=event_id)
    flash(_("Se vuelve a leer ahora mismo. Si sigue sin poder leerse, aparecerá aquí otra vez."), "success")
    return redirect(url_for("staff.quarantined"), code=303)
