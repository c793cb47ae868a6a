"""My Social Folder: what comes next, the files, one's own data, and who looked."""

from flask import render_template, request, url_for

from case_api.access.levels import Level
from portal.office import words
from portal.office.choice import instant
from portal.office.messages_waiting import waiting
from portal.office.room import blueprint, for_the_known, my_door, my_id

ENTRIES_A_PAGE = 20


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
        looked=door.access_entries(me, limit=1) if files_open else None,
        waiting=waiting(me),
        words=words,
    )


@blueprint.get("/carpeta/datos")
@for_the_known
def own_data():
    """What we know of the person."""
    return render_template("pages/office/own_data.html", person=my_door().me())


@blueprint.get("/carpeta/consultas")
@for_the_known
def who_looked():
    """Who looked at the folder, newest first."""
    before = instant(request.args.get("antes"))
    more = {"before": before} if before else {}
    found = my_door().access_entries(my_id(), limit=ENTRIES_A_PAGE + 1, **more)
    entries, rest = found[:ENTRIES_A_PAGE], found[ENTRIES_A_PAGE:]
    older = url_for("office.who_looked", antes=entries[-1].at.isoformat()) if rest else None
    newest = url_for("office.who_looked") if before else None
    return render_template("pages/office/who_looked.html", entries=entries, older=older, newest=newest, words=words)
