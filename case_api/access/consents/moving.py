"""Moving the person's switches: given, withdrawn, and what went out by them asked back."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.consents import recipients, words
from case_api.access.consents.reading import COLUMNS, KIND, ConsentReadingDoor, consent_of
from case_api.access.consents.recipients import Chosen
from case_api.access.consents.values import Consent, Offered
from case_api.access.facts import Decision
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound, Refused
from case_api.events import publish
from case_api.webhooks import recalls

violation("uq_consent_standing", lambda: Conflict(_l("Eso ya estaba así.")))
_EVENT = text(
    "INSERT INTO consent_event (id, consent_id, person_id, kind, at, channel, actor_kind, actor_id) "
    "VALUES (:id, :consent, :person, :kind, :at, :channel, :actor_kind, :actor_id)"
)


class ConsentDoor(ConsentReadingDoor):
    def choose_recipient(self, person_id: UUID, *, name: str, document: str) -> Chosen:
        """Write down somebody whom the person chooses, to give them something afterwards; it opens nothing yet (N2).

        The person does, or a professional in their name at the desk. Raises NotFound, StepUpRequired, Refused,
        Conflict; Invalid (fields name, document).
        """
        self.require(person_id=person_id, level=Level.N2, object_kind=KIND, object_id=person_id, action="choose")
        if self.actor.kind not in ("citizen", "staff"):
            raise Refused(_l("Solo la propia persona puede hacerlo."))
        return recipients.choose(self.unit, person_id=person_id, name=name, document=document)

    def give(
        self,
        person_id: UUID,
        *,
        switch: str,
        recipient_kind: str,
        recipient_name: str,
        shown: str,
        file_id: UUID | None = None,
        channel: str = "portal",
        evidence: str = "",
    ) -> Consent:
        """Turn a switch on; O is an opposition. Only the person does, having read what `shown` is the SHA-256 of (hex).

        A professional writes it down in the person's name at the desk (channel `desk`), who is there and has signed:
        `evidence` says which paper. Once on it stays the same one. Raises as `offer`; Refused for anybody else;
        Conflict when the words are others by now; Invalid (field evidence).
        """
        self.require(person_id=person_id, level=Level.N2, object_kind=KIND, object_id=person_id, action="give")
        at_desk = self.actor.kind == "staff"
        if self.actor.kind != "citizen" and not (at_desk and channel == "desk"):
            raise Refused(_l("Solo la propia persona puede hacerlo."))
        if at_desk and not evidence.strip():
            message = _l("Escriba qué papel ha firmado la persona.")
            raise Invalid(message, fields={"evidence": message})
        offered = self._offer(person_id, switch, recipient_kind, recipient_name, file_id)
        if offered.standing is not None:
            return offered.standing
        if shown != offered.words_sha256:
            raise Conflict(_l("El texto ha cambiado desde que lo leyó. Léalo otra vez y decida."))
        # A query that is being asked for right now (`may_query`) comes before or after, never at once.
        self.unit.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('alma.opposition'), hashtext(:person))"),
            {"person": str(person_id)},
        )
        self._end_expired(person_id, offered)
        made = self._write(person_id, offered, channel, evidence.strip() if at_desk else None)
        self._event(made, person_id, "given", channel)
        publish(self.unit, "consent.given", consent_id=made, person_id=person_id)
        return self._row(made)

    def withdraw(self, consent_id: UUID, *, channel: str = "portal") -> Consent:
        """Turn it off, from this moment; what went out by it is recalled. Twice changes nothing.

        By the person, by a professional in their name at the desk, or by the application that it was given to. Raises
        NotFound, StepUpRequired, Refused.
        """
        found = self._consent_one(consent_id, "withdraw")
        if self.actor.kind not in ("citizen", "client") and not (self.actor.kind == "staff" and channel == "desk"):
            raise Refused(_l("Solo la propia persona puede hacerlo."))
        if found.state != "standing":
            return found
        done = self.unit.session.execute(
            text("UPDATE consent SET withdrawn_at = :now WHERE id = :id AND withdrawn_at IS NULL RETURNING id"),
            {"id": consent_id, "now": clock.now()},
        ).first()
        if done is not None:
            self._event(consent_id, found.person_id, "withdrawn", channel)
            recall = {}
            if self._went_out(consent_id):
                self._event(consent_id, found.person_id, "recalled", channel)
                recall["recall_id"] = recalls.ask_back(
                    self.unit,
                    consent_id=consent_id,
                    person_id=found.person_id,
                    recipient_kind=found.recipient_kind,
                    recipient_name=found.recipient_name,
                )
            publish(self.unit, "consent.withdrawn", consent_id=consent_id, person_id=found.person_id, **recall)
        return self._row(consent_id)

    def acknowledge_recall(self, consent_id: UUID) -> Consent:
        """The recipient says that it uses no more what went out by a consent that was withdrawn. Twice changes nothing.

        Only the application that it was given to, about the person it acts for. Raises NotFound, also while it stands.
        """
        row = self.unit.session.execute(text(COLUMNS + "c.id = :id"), {"id": consent_id}).first()
        found = consent_of(row) if row else None
        mine = (
            found is not None
            and self.actor.kind == "client"
            and (found.recipient_kind, found.recipient_name) == ("client", self.actor.id)
            and found.person_id == self.actor.person_id
            and found.withdrawn_at is not None
        )
        outcome = Decision(mine, "client" if mine else "deny", "L" if mine else None, Level.N1)
        self._log(outcome, found.person_id if found else None, KIND, str(consent_id), "acknowledge")
        if found is None or not mine:
            raise NotFound()
        if found.acknowledged_at is None:
            self.unit.session.execute(
                text("UPDATE consent SET acknowledged_at = :now WHERE id = :id AND acknowledged_at IS NULL"),
                {"id": consent_id, "now": clock.now()},
            )
            self._event(consent_id, found.person_id, "acknowledged", "api")
        return self._row(consent_id)

    def _write(self, person_id: UUID, offered: Offered, channel: str, evidence: str | None) -> UUID:
        offer, _label = self._named(person_id, offered.switch, offered.recipient_kind, offered.recipient_name)
        opposes = offered.switch == "O"
        values = {
            "id": new_id(), "person": person_id, "switch": offered.switch, "kind": offered.recipient_kind,
            "name": offered.recipient_name, "file": offered.file_id, "now": clock.now(),
            "expires": offered.expires_at, "channel": channel, "language": words.language(), "words": offered.words,
            "receipt": new_id(), "purpose": offer.purpose if opposes else None,
            "data": list(offer.data) if opposes else [],
            "desk": self.actor.professional_id if evidence is not None else None, "evidence": evidence,
        }  # fmt: skip
        with self.unit.savepoint():
            self.unit.session.execute(
                text(
                    "INSERT INTO consent (id, person_id, switch, recipient_kind, recipient_name, file_id, given_at, "
                    "expires_at, channel, language, words, words_sha256, receipt_id, data, purpose, "
                    "desk_professional_id, desk_evidence) VALUES (:id, :person, :switch, :kind, :name, :file, :now, "
                    ":expires, :channel, :language, :words, sha256(convert_to(:words, 'UTF8')), :receipt, :data, "
                    ":purpose, :desk, :evidence)"
                ),
                values,
            )
        return values["id"]

    def _went_out(self, consent_id: UUID) -> bool:
        exists = text("SELECT EXISTS (SELECT 1 FROM consent_release WHERE consent_id = :id)")
        return bool(self.unit.session.execute(exists, {"id": consent_id}).scalar())

    def _row(self, consent_id: UUID) -> Consent:
        return consent_of(self.unit.session.execute(text(COLUMNS + "c.id = :id"), {"id": consent_id}).one())

    def _end_expired(self, person_id: UUID, offered: Offered) -> None:
        """Close the same consent of before, when it has expired, so that a new one may stand."""
        rows = self.unit.session.execute(
            text(
                "UPDATE consent SET withdrawn_at = expires_at WHERE person_id = :person AND switch = :switch "
                "AND recipient_kind = :kind AND recipient_name = :name AND file_id IS NOT DISTINCT FROM :file "
                "AND withdrawn_at IS NULL AND expires_at <= :now RETURNING id"
            ),
            {
                "person": person_id, "switch": offered.switch, "kind": offered.recipient_kind,
                "name": offered.recipient_name, "file": offered.file_id, "now": clock.now(),
            },
        )  # fmt: skip
        for row in rows.all():
            self._event(row.id, person_id, "expired", None)

    def _event(self, consent_id: UUID, person_id: UUID, kind: str, channel: str | None) -> None:
        values = {
            "id": new_id(), "consent": consent_id, "person": person_id, "kind": kind, "at": clock.now(),
            "channel": channel, "actor_kind": self.actor.kind, "actor_id": self.actor.id,
        }  # fmt: skip
        self.unit.session.execute(_EVENT, values)
