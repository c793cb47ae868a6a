"""The door to the person's switches: what stands, what is offered and in which words, what went out, the receipt."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access import switches
from case_api.access.base import DoorBase
from case_api.access.consents import recipients, words
from case_api.access.consents.receipts import receipt
from case_api.access.consents.recipients import Chosen
from case_api.access.consents.values import Consent, Offered, Release
from case_api.access.levels import Level
from case_api.access.table import Offer
from case_api.errors import Invalid, NotFound, Refused, StepUpRequired
from case_api.webhooks import recalls

KIND = "consent"
COLUMNS = f"""
    SELECT c.id, c.person_id, c.switch, c.recipient_kind, c.recipient_name, c.file_id, f.title AS file_title,
        c.given_at, c.expires_at, c.withdrawn_at, c.channel, c.language, c.words, encode(c.words_sha256, 'hex'),
        c.receipt_id, c.data, c.purpose, c.desk_evidence, c.acknowledged_at, {recipients.LABEL} AS label
    FROM consent c LEFT JOIN case_file f ON f.id = c.file_id WHERE """


def consent_of(row: Any) -> Consent:
    """A row of COLUMNS as a value."""
    values = list(row)
    values[15] = tuple(values[15])
    return Consent(*values)


class ConsentReadingDoor(DoorBase):
    def by_law(self) -> list[words.ByLaw]:
        """Who may see what of a person without asking them, by the table in force: nobody's data."""
        return words.by_law(self._table)

    def consents(self, person_id: UUID) -> list[Consent]:
        """What a person has consented to and opposed, newest first, ended ones too (N2). An application sees its own.

        Raises NotFound, StepUpRequired.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind=KIND, object_id=person_id, action="list")
        rows = self.unit.session.execute(
            text(COLUMNS + "c.person_id = :person ORDER BY c.given_at DESC, c.id DESC"), {"person": person_id}
        )
        return [consent_of(row) for row in rows]

    def consent(self, consent_id: UUID) -> Consent:
        """One of them (N2). Raises NotFound, StepUpRequired."""
        return self._consent_one(consent_id, "read")

    def chosen_people(self, person_id: UUID) -> list[Chosen]:
        """Whom a person wrote down to give something to, the last first (N2). Raises NotFound, StepUpRequired."""
        self.require(person_id=person_id, level=Level.N2, object_kind=KIND, object_id=person_id, action="list")
        return recipients.all_chosen(self.unit.session, person_id)

    def offered(self, person_id: UUID, *, file_id: UUID | None = None) -> list[Offered]:
        """Every switch there is for this person, in the table's order, as it stands (N2); of one file, those that can
        be. Of centres and of chosen people, those that have something now. Raises as `consents`, and Invalid for a
        file that is not theirs.
        """
        standing = [one for one in self.consents(person_id) if one.state == "standing"]
        title = self._file_title(person_id, file_id, allowed=True) if file_id else None
        found = []
        for offer in self._table.offers:
            for name, label in self._names_of(person_id, offer, standing):
                found += [
                    self._offered(person_id, offer, switch, name, label, file_id, title, standing)
                    for switch in offer.switches
                    if file_id is None or self._table.switches[switch].one_file
                ]
        return found

    def offer(
        self, person_id: UUID, *, switch: str, recipient_kind: str, recipient_name: str, file_id: UUID | None = None
    ) -> Offered:
        """One switch with the words for it, of everything or of one file (N2).

        Raises NotFound, StepUpRequired (also for a switch that wants a new login), Refused for somebody too young;
        Invalid for a switch, a recipient or a file that there is not.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind=KIND, object_id=person_id, action="offer")
        return self._offer(person_id, switch, recipient_kind, recipient_name, file_id)

    def releases(self, consent_id: UUID, *, limit: int = 100) -> list[Release]:
        """What went out by a consent, newest first (N2). Raises NotFound, StepUpRequired."""
        self._consent_one(consent_id, "read")
        rows = self.unit.session.execute(
            text(
                "SELECT at, object_kind, object_id, level, action FROM consent_release WHERE consent_id = :id "
                "ORDER BY at DESC, id DESC LIMIT :limit"
            ),
            {"id": consent_id, "limit": limit},
        )
        return [Release(*row) for row in rows]

    def recall_of(self, consent_id: UUID) -> recalls.Recall | None:
        """What was asked of whoever had something by a consent, and what they answered; None when nothing went out.

        Raises NotFound, StepUpRequired.
        """
        self._consent_one(consent_id, "read")
        return recalls.of_consent(self.unit.session, consent_id)

    def consent_receipt(self, consent_id: UUID) -> dict[str, Any]:
        """The receipt to keep, with the fields of ISO/IEC TS 27560:2023. Raises NotFound, StepUpRequired."""
        found = self._consent_one(consent_id, "receipt")
        rows = self.unit.session.execute(
            text("SELECT at, kind FROM consent_event WHERE consent_id = :id ORDER BY at, id"), {"id": consent_id}
        )
        return receipt(found, self._table, [(row.at, row.kind) for row in rows])

    def _consent_one(self, consent_id: UUID, action: str) -> Consent:
        row = self.unit.session.execute(text(COLUMNS + "c.id = :id"), {"id": consent_id}).first()
        self.require(
            person_id=row.person_id if row else None,
            level=Level.N2,
            object_kind=KIND,
            object_id=consent_id,
            action=action,
            file_id=row.file_id if row else None,
        )
        if row is None:
            raise NotFound()
        return consent_of(row)

    def _names_of(self, person_id: UUID, offer: Offer, standing: list[Consent]) -> list[tuple[str, str | None]]:
        """The recipients that an offer shows now: itself; of many, those that have something."""
        if offer.recipient in recipients.MANY:
            mine = [one for one in standing if one.recipient_kind == offer.recipient]
            return list(dict.fromkeys((one.recipient_name, one.recipient_label) for one in mine))
        if offer.recipient == "case_team":
            has_one = any(one.recipient_kind == "case_team" for one in standing)
            return [(offer.name, None)] if has_one or recipients.team_units(self.unit.session, person_id) else []
        return [(offer.name, None)]

    def _named(self, person_id: UUID, switch: str, kind: str, name: str) -> tuple[Offer, str | None]:
        for offer in self._table.offers:
            if offer.recipient != kind or switch not in offer.switches:
                continue
            if kind not in recipients.MANY and offer.name == name:
                return offer, None
            label = recipients.label_of(self.unit.session, person_id=person_id, kind=kind, name=name)
            if label is not None:
                return offer, label
        message = _l("Ese permiso no existe.")
        raise Invalid(message, fields={"switch": message})

    def _offer(self, person_id: UUID, switch: str, kind: str, name: str, file_id: UUID | None) -> Offered:
        offer, label = self._named(person_id, switch, kind, name)
        rule = self._table.switches[switch]  # type: ignore[index]
        born = self.unit.session.execute(
            text("SELECT birth_date FROM person WHERE id = :id"), {"id": person_id}
        ).scalar_one()
        if switches.too_young(rule, born=born, today=clock.today()):
            raise Refused(_l("Por la edad, este permiso no se puede dar todavía."))
        as_representative = person_id != self.actor.person_id
        if self.actor.kind == "citizen" and not switches.may_give(rule, as_representative=as_representative):
            raise Refused(_l("Solo la propia persona puede hacerlo."))
        at = self.actor.authenticated_at
        missing = switches.login_missing(
            rule.login, assurance=self.actor.assurance, login_age=clock.now() - at if at else None
        )
        if missing is not None and rule.login is not None and self.actor.kind == "citizen":
            error = StepUpRequired(rule.login.assurance)
            error.details["fresh"] = missing
            raise error
        title = self._file_title(person_id, file_id, allowed=rule.one_file) if file_id else None
        rows = self.unit.session.execute(
            text(COLUMNS + "c.person_id = :person AND c.withdrawn_at IS NULL"), {"person": person_id}
        )
        standing = [one for one in map(consent_of, rows) if one.state == "standing"]
        return self._offered(person_id, offer, switch, name, label, file_id, title, standing)

    def _offered(
        self,
        person_id: UUID,
        offer: Offer,
        switch: str,
        name: str,
        label: str | None,
        file_id: UUID | None,
        title: str | None,
        standing: list[Consent],
    ) -> Offered:
        rule = self._table.switches[switch]  # type: ignore[index]
        last = switches.last_day(rule, given_on=clock.today())
        lines = words.statement(
            switch,
            words.recipient_words(offer.recipient, name, label),
            kind=offer.recipient,
            file_title=title,
            last_day=last,
            data=offer.data,
            purpose=offer.purpose,
            among=recipients.team_units(self.unit.session, person_id) if offer.recipient == "case_team" else (),
        )
        wanted = (switch, offer.recipient, name, file_id)
        now_on = next(
            (
                one
                for one in standing
                if (one.switch, one.recipient_kind, one.recipient_name, one.file_id) == wanted
            ),
            None,
        )  # fmt: skip
        return Offered(
            switch, offer.recipient, name, rule.one_file, file_id, tuple(lines),
            switches.end_of(last) if last else None, now_on, label,
        )  # fmt: skip

    def _file_title(self, person_id: UUID, file_id: UUID, *, allowed: bool) -> str:
        title = self.unit.session.execute(
            text("SELECT title FROM case_file WHERE id = :id AND person_id = :person"),
            {"id": file_id, "person": person_id},
        ).scalar()
        if title is None or not allowed:
            message = _l("Elija un expediente de los suyos.")
            raise Invalid(message, fields={"file_id": message})
        return title
