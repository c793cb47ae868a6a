"""How we reach the person: the addresses they proved, proving another, and untying one."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from case_api.access.actor import Actor
from case_api.db import current_unit, unit_of_work
from case_api.errors import Conflict, Invalid, NotFound
from case_api.settings import settings
from channels.contacts import book as contacts
from channels.contacts import linking, proof, voice
from channels.conversations.explain import error_words
from portal.look.csrf import form_view
from portal.office.forms import PressForm, SafetyForm, VoiceCallForm, VoiceCodeForm
from portal.office.room import actor, blueprint, for_the_known, my_id


def _mine(address_id: UUID) -> contacts.Address:
    known = contacts.addresses_of_person(current_unit().session, person_id=my_id())
    found = next((one for one in known if one.id == address_id), None)
    if found is None:
        raise NotFound()
    return found


def _kinds() -> dict[str, str]:
    return {
        "whatsapp": "WhatsApp",
        "sms": "SMS",
        "email": _("Correo"),
        "phone": _("Teléfono, solo voz"),
        "portal": _("Su carpeta"),
    }


@blueprint.get("/carpeta/contacto")
@for_the_known
def contact():
    """The addresses known to be the person's."""
    known = contacts.addresses_of_person(current_unit().session, person_id=my_id())
    return render_template(
        "pages/office/contact.html", addresses=[one for one in known if one.kind != "portal"], kinds=_kinds()
    )


@blueprint.post("/carpeta/contacto/codigo")
@for_the_known
def proof_code():
    """A code to send from the phone or mailbox that is to be proved; shown once, here only."""
    code = proof.start(current_unit().session, person_id=my_id())
    ours = settings()
    return render_template(
        "pages/office/proof_code.html",
        code=code,
        whatsapp=ours.WHATSAPP_SENDER,
        sms=ours.SMS_SENDER,
        mail=ours.MAIL_ADDRESS,
    )


@blueprint.route("/carpeta/contacto/llamada", methods=["GET", "POST"])
@for_the_known
@form_view
def voice_call():
    """A machine calls a telephone that takes no messages, and says a code."""
    form = VoiceCallForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(Actor.system("voice_code")) as unit:
                voice.call(unit.session, person_id=my_id(), number=form.number.data, actor=actor())
        except Invalid as error:
            form.add_fields(error.fields)
        except Conflict as error:
            form.general.append(error.message)
        else:
            return redirect(url_for("office.voice_code"), code=303)
    return render_template("pages/office/voice_call.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/carpeta/contacto/llamada/codigo", methods=["GET", "POST"])
@for_the_known
@form_view
def voice_code():
    """What the machine said is typed here, by whoever is logged in and heard it."""
    form = VoiceCodeForm()
    if form.validate_on_submit():
        with unit_of_work(Actor.system("voice_code")) as unit:
            outcome = voice.redeem(unit.session, person_id=my_id(), typed=form.code.data, actor=actor())
        if outcome == "linked":
            flash(_("Hecho: ese teléfono queda unido a su carpeta."), "success")
            return redirect(url_for("office.contact"), code=303)
        form.code.errors = [_WRONG[outcome]]
    with unit_of_work(Actor.system("voice_code")) as unit:
        state, code = voice.last_call(unit.session, person_id=my_id()) or (None, None)
    missed = error_words(code) if state in ("failed", "held") else None
    page = render_template("pages/office/voice_code.html", form=form, missed=missed)
    return page, 422 if form.is_submitted() else 200


_WRONG = {
    "wrong": _l("Ese no es el código. Escriba las seis cifras que ha oído"),
    "over": _l("Ese código ya no vale. Pida otra llamada"),
    "conflict": _l("No se puede añadir este teléfono. Llame o venga a un centro y lo arreglamos"),
}


@blueprint.route("/carpeta/contacto/<uuid:address_id>", methods=["GET", "POST"])
@for_the_known
def address_safety(address_id: UUID):
    """Who else may read an address, and whether to use it at all."""
    one = _mine(address_id)
    form = SafetyForm(data={"others": one.may_be_read_by_others, "discreet": one.discreet, "never": one.never})
    if form.validate_on_submit():
        linking.set_safety(
            current_unit().session,
            address_id=one.id,
            actor=actor(),
            never=form.never.data,
            may_be_read_by_others=form.others.data,
            discreet=form.discreet.data,
        )
        flash(_("Guardado. Desde ahora lo tenemos en cuenta en todos los avisos."), "success")
        return redirect(url_for("office.contact"), code=303)
    return render_template("pages/office/address_safety.html", address=one, form=form, kinds=_kinds())


@blueprint.route("/carpeta/contacto/<uuid:address_id>/quitar", methods=["GET", "POST"])
@for_the_known
def unlink_address(address_id: UUID):
    """Ask, then untie an address from the person."""
    one = _mine(address_id)
    form = PressForm()
    if form.validate_on_submit():
        linking.unlink(current_unit().session, address_id=one.id, actor=actor())
        flash(_("Quitado. Ya no le escribimos ahí."), "success")
        return redirect(url_for("office.contact"), code=303)
    return render_template("pages/office/unlink.html", address=one, form=form, kinds=_kinds())
