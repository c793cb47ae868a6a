"""Routes of the public pages. Nothing here knows who is reading."""

from itertools import groupby

from flask import Blueprint, render_template, request

from case_api.db import current_unit
from case_api.directory import Centre, centres
from case_api.settings import settings
from portal.public.search import LONGEST_QUERY, find_centres, find_topics
from portal.public.topics import TOPICS, URGENT

blueprint = Blueprint("public", __name__)


def _centres() -> list[Centre]:
    return centres(current_unit().session)


@blueprint.get("/")
def home():
    return render_template("pages/public/home.html", topics=TOPICS)


@blueprint.get("/ayuda")
def help_page():
    return render_template("pages/public/help.html", topics=TOPICS, urgent=URGENT)


@blueprint.get("/centros")
def centre_list():
    # The directory comes sorted by district, which groupby needs.
    districts = [(name, list(found)) for name, found in groupby(_centres(), key=lambda centre: centre.district)]
    return render_template("pages/public/centres.html", districts=districts)


@blueprint.get("/escribir")
def write():
    ours = settings()
    return render_template(
        "pages/public/write.html", whatsapp=ours.WHATSAPP_SENDER, sms=ours.SMS_SENDER, mail=ours.MAIL_ADDRESS
    )


@blueprint.get("/buscar")
def search():
    query = " ".join(request.args.get("q", "")[:LONGEST_QUERY].replace("\0", "").split())
    topics, places = (find_topics(query), find_centres(query, _centres())) if query else ([], [])
    return render_template("pages/public/search.html", query=query, topics=topics, places=places)


@blueprint.get("/privacidad")
def privacy():
    return render_template("pages/public/privacy.html")


@blueprint.get("/preferencias")
def preferences():
    return render_template("pages/public/preferences.html")
