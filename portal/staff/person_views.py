"""People: found within what one needs to know, and the case desk of one of them."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api.access.purposes import Purpose
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from channels.contacts import book as contacts
from channels.contacts import linking
from channels.conversations.service import for_person
from portal.look.csrf import form_view
from portal.staff.forms import AddressForm, SearchForm
from portal.staff.room import actor, blueprint, may_open, staff_door


@blueprint.get("/personas")
def people():
    """Look for a person of one's centre by name or document. There are no totals and no addresses."""
    form = SearchForm(request.args)
    typed = (form.q.data or "").strip()
    found = staff_door(Purpose.FIND_PERSON).find_people(typed) if typed and form.validate() else None
    return render_template("pages/staff/people.html", form=form, found=found, typed=typed)


def _desk(person_id: UUID, form: AddressForm, status: int = 200):
    door = staff_door(Purpose.MANAGE_CASE)
    person = door.person(person_id)
    session = current_unit().session
    page = render_template(
        "pages/staff/person.html",
        person=person,
        files=door.files(person_id),
        appointments=door.appointments(person_id, limit=6),
        documents=door.documents(person_id),
        addresses=contacts.addresses_of_person(session, person_id=person_id),
        talks=[
            talk
            for talk in for_person(session, person_id=person_id)
            if may_open(unit_id=talk.unit_id, professional_id=talk.professional_id)
        ],
        form=form,
    )
    return page, status


@blueprint.get("/personas/<uuid:person_id>")
def person(person_id: UUID):
    """One person: header, appointments, files, documents, conversations, ways to reach them."""
    return _desk(person_id, AddressForm(formdata=None))


@blueprint.post("/personas/<uuid:person_id>/direcciones")
@form_view
def add_address(person_id: UUID):
    """An address proved in person, in front of the professional."""
    form = AddressForm()
    staff_door(Purpose.MANAGE_CASE).files(person_id)  # whoever may not see the files may not bind an address either
    if not form.validate():
        return _desk(person_id, form, 422)
    try:
        linking.link_by_staff(
            current_unit().session, person_id=person_id, kind=form.kind.data, value=form.value.data, actor=actor()
        )
    except (Conflict, Invalid) as error:
        form.add_fields(getattr(error, "fields", {}))
        if error.message:
            form.value.errors = [*form.value.errors, error.message]
        return _desk(person_id, form, error.status)
    flash(_("Hecho. Desde ahora lo que llegue de ahí es de esta persona."), "success")
    return redirect(url_for("staff.person", person_id=person_id), code=303)


@blueprint.post("/personas/<uuid:person_id>/direcciones/<uuid:address_id>/quitar")
def remove_address(person_id: UUID, address_id: UUID):
    """Untie an address from the person; what was said stays where it is."""
    staff_door(Purpose.MANAGE_CASE).files(person_id)
    session = current_unit().session
    if address_id not in {one.id for one in contacts.addresses_of_person(session, person_id=person_id)}:
        raise NotFound()
    linking.unlink(session, address_id=address_id, actor=actor())
    flash(_("Quitada. Lo que llegue de ahí ya no se da por suyo."), "success")
    return redirect(url_for("staff.person", person_id=person_id), code=303)
