"""My Social Folder: what comes next, the files, one's own data."""

from flask import render_template

from case_api.access.levels import Level
from portal.office import words
from portal.office.messages_waiting import waiting
from portal.office.room import blueprint, for_the_known, my_door, my_id


@blueprint.get("/carpeta")
@for_the_known
def folder():
    """The first page: the next appointment before everything else."""
    door, me = my_door(), my_id()
    files_open = door.allows(person_id=me, level=Level.N2, object_kind="file")
    appointments = door.next_appointments(me, limit=3)
    return render_template(
        "pages/office/folder.html",
        person=door.me(),
        appointments=appointments,
        files=door.files(me) if files_open else None,
        looked=door.looks(me, limit=1)[0] if files_open else None,
        waiting=waiting(me),
        words=words,
    )


@blueprint.get("/carpeta/datos")
@for_the_known
def own_data():
    """What we know of the person."""
    return render_template("pages/office/own_data.html", person=my_door().me())
