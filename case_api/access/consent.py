"""The person's own switches: what is offered, giving, withdrawing, and what went out meanwhile."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access import consent_words as words
from case_api.access import switches
from case_api.access.base import DoorBase
from case_api.access.facts import Decision
from case_api.access.levels import Level
from case_api.access.receipts import receipt
from case_api.access.table import Offer
from case_api.db import new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound, Refused, StepUpRequired
from case_api.events import publish
from case_api.webhooks import recalls

_KIND = "consent"
violation("uq_consent_standing", lambda: Conflict(_l("Eso ya estaba así.")))


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent, or one opposition (`switch` O). `words` is what was shown, in `language`; one line a sentence."""

    id: UUID
    person_id: UUID
    switch: str
    recipient_kind: str
    recipient_name: str
    file_id: UUID | None
    file_title: str | None
    given_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    channel: str
    language: str
    words: str
    words_sha256: str
    receipt_id: UUID
    data: tuple[str, ...]
    purpose: str | None
    evidence: str | None = None
    acknowledged_at: datetime | None = None

    @property
    def state(self) -> str:
        """standing, withdrawn or expired, at this moment: it has expired in the very instant of `expires_at`."""
        if self.expires_at is not None and self.expires_at <= min(self.withdrawn_at or clock.now(), clock.now()):
            return "expired"
        return "standing" if self.withdrawn_at is None else "withdrawn"

    @property
    def switch_words(self) -> Any:
        return words.SWITCHES[self.switch]

    @property
    def recipient_words(self) -> str:
        return words.recipient_words(self.recipient_kind, self.recipient_name)


@dataclass(frozen=True, slots=True)
class Offered:
    """A switch that may be moved: what is read before, its hash, and what stands now (None: it is off)."""

    switch: str
    recipient_kind: str
    recipient_name: str
    one_file: bool
    file_id: UUID | None
    lines: tuple[str, ...]
    expires_at: datetime | None
    standing: Consent | None

    @property
    def is_on(self) -> bool:
        return self.standing is not None

    on = is_on

    @property
    def words(self) -> str:
        return "\n".join(self.lines)

    @property
    def words_sha256(self) -> str:
        return hashlib.sha256(self.words.encode()).hexdigest()

    @property
    def switch_words(self) -> Any:
        return words.SWITCHES[self.switch]

    @property
    def recipient_words(self) -> str:
        return words.recipient_words(self.recipient_kind, self.recipient_name)


@dataclass(frozen=True, slots=True)
class Release:
    """What went to whom because of a consent."""

    at: datetime
    object_kind: str
    object_id: str
    level: str
    action: str


_COLUMNS = """
    SELECT c.id, c.person_id, c.switch, c.recipient_kind, c.recipient_name, c.file_id, f.title AS file_title,
        c.given_at, c.expires_at, c.withdrawn_at, c.channel, c.language, c.words, encode(c.words_sha256, 'hex'),
        c.receipt_id, c.data, c.purpose, c.desk_evidence, c.acknowledged_at
    FROM consent c LEFT JOIN case_file f ON f.id = c.file_id WHERE """
_EVENT = text(
    "INSERT INTO consent_event (id, consent_id, person_id, kind, at, channel, actor_kind, actor_id) "
    "VALUES (:id, :consent, :person, :kind, :at, :channel, :actor_kind, :actor_id)"
)


def _consent(row: Any) -> Consent:
    values = list(row)
    values[15] = tuple(values[15])
    return Consent(*values)


class ConsentDoor(DoorBase):
    def by_law(self) -> list[words.ByLaw]:
        """Who may see what of a person without asking them, by the table in force: nobody's data."""
        return words.by_law(self._table)

    def consents(self, person_id: UUID) -> list[Consent]:
        """What a person has consented to and opposed, newest first, ended ones too (N2). An application sees its own.

        Raises NotFound, StepUpRequired.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind=_KIND, object_id=person_id, action="list")
        rows = self.unit.session.execute(
            text(_COLUMNS + "c.person_id = :person ORDER BY c.given_at DESC, c.id DESC"), {"person": person_id}
        )
        return [_consent(row) for row in rows]

    def consent(self, consent_id: UUID) -> Consent:
        """One of them (N2). Raises NotFound, StepUpRequired."""
        return self._one(consent_id, "read")

    def offered(self, person_id: UUID, *, file_id: UUID | None = None) -> list[Offered]:
        """Every switch there is for this person, in the table's order, as it stands (N2); of one file, those that can
        be. Raises as `consents`, and Invalid for a file that is not theirs.
        """
        standing = [one for one in self.consents(person_id) if one.state == "standing"]
        title = self._file_title(person_id, file_id, allowed=True) if file_id else None
        return [
            self._offered(offer, switch, file_id, title, standing)
            for offer in self._table.offers
            for switch in offer.switches
            if file_id is None or self._table.switches[switch].one_file
        ]

    def offer(
        self, person_id: UUID, *, switch: str, recipient_kind: str, recipient_name: str, file_id: UUID | None = None
    ) -> Offered:
        """One switch with the words for it, of everything or of one file (N2).

        Raises NotFound, StepUpRequired (also for a switch that wants a new login), Refused for somebody too young;
        Invalid for a switch, a recipient or a file that there is not.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind=_KIND, object_id=person_id, action="offer")
        return self._offer(person_id, switch, recipient_kind, recipient_name, file_id)

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
        self.require(person_id=person_id, level=Level.N2, object_kind=_KIND, object_id=person_id, action="give")
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
        offer = self._named(switch, recipient_kind, recipient_name)
        values = {
            "id": new_id(), "person": person_id, "switch": switch, "kind": recipient_kind, "name": recipient_name,
            "file": file_id, "now": clock.now(), "expires": offered.expires_at, "channel": channel,
            "language": words.language(), "words": offered.words, "receipt": new_id(), "purpose": offer.purpose,
            "data": list(offer.data), "desk": self.actor.professional_id if at_desk else None,
            "evidence": evidence.strip() if at_desk else None,
        }  # fmt: skip
        if switch != "O":
            values |= {"purpose": None, "data": []}
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
        self._event(values["id"], person_id, "given", channel)
        publish(self.unit, "consent.given", consent_id=values["id"], person_id=person_id)
        return self._row(values["id"])

    def withdraw(self, consent_id: UUID, *, channel: str = "portal") -> Consent:
        """Turn it off, from this moment; what went out by it is recalled. Twice changes nothing.

        By the person, by a professional in their name at the desk, or by the application that it was given to. Raises
        NotFound, StepUpRequired, Refused.
        """
        found = self._one(consent_id, "withdraw")
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
        row = self.unit.session.execute(text(_COLUMNS + "c.id = :id"), {"id": consent_id}).first()
        found = _consent(row) if row else None
        mine = (
            found is not None
            and self.actor.kind == "client"
            and (found.recipient_kind, found.recipient_name) == ("client", self.actor.id)
            and found.person_id == self.actor.person_id
            and found.withdrawn_at is not None
        )
        outcome = Decision(mine, "client" if mine else "deny", "L" if mine else None, Level.N1)
        self._log(outcome, found.person_id if found else None, _KIND, str(consent_id), "acknowledge")
        if found is None or not mine:
            raise NotFound()
        if found.acknowledged_at is None:
            self.unit.session.execute(
                text("UPDATE consent SET acknowledged_at = :now WHERE id = :id AND acknowledged_at IS NULL"),
                {"id": consent_id, "now": clock.now()},
            )
            self._event(consent_id, found.person_id, "acknowledged", "api")
        return self._row(consent_id)

    def releases(self, consent_id: UUID, *, limit: int = 100) -> list[Release]:
        """What went out by a consent, newest first (N2). Raises NotFound, StepUpRequired."""
        self._one(consent_id, "read")
        rows = self.unit.session.execute(
            text(
                "SELECT at, object_kind, object_id, level, action FROM consent_release WHERE consent_id = :id "
                "ORDER BY at DESC, id DESC LIMIT :limit"
            ),
            {"id": consent_id, "limit": limit},
        )
        return [Release(*row) for row in rows]

    def consent_receipt(self, consent_id: UUID) -> dict[str, Any]:
        """The receipt to keep, with the fields of ISO/IEC TS 27560:2023. Raises NotFound, StepUpRequired."""
        found = self._one(consent_id, "receipt")
        rows = self.unit.session.execute(
            text("SELECT at, kind FROM consent_event WHERE consent_id = :id ORDER BY at, id"), {"id": consent_id}
        )
        return receipt(found, self._table, [(row.at, row.kind) for row in rows])

    def _one(self, consent_id: UUID, action: str) -> Consent:
        row = self.unit.session.execute(text(_COLUMNS + "c.id = :id"), {"id": consent_id}).first()
        self.require(
            person_id=row.person_id if row else None,
            level=Level.N2,
            object_kind=_KIND,
            object_id=consent_id,
            action=action,
            file_id=row.file_id if row else None,
        )
        if row is None:
            raise NotFound()
        return _consent(row)

    def _went_out(self, consent_id: UUID) -> bool:
        exists = text("SELECT EXISTS (SELECT 1 FROM consent_release WHERE consent_id = :id)")
        return bool(self.unit.session.execute(exists, {"id": consent_id}).scalar())

    def _row(self, consent_id: UUID) -> Consent:
        return _consent(self.unit.session.execute(text(_COLUMNS + "c.id = :id"), {"id": consent_id}).one())

    def _named(self, switch: str, kind: str, name: str) -> Offer:
        for offer in self._table.offers:
            if (offer.recipient, offer.name) == (kind, name) and switch in offer.switches:
                return offer
        message = _l("Ese permiso no existe.")
        raise Invalid(message, fields={"switch": message})

    def _offer(self, person_id: UUID, switch: str, kind: str, name: str, file_id: UUID | None) -> Offered:
        offer = self._named(switch, kind, name)
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
            text(_COLUMNS + "c.person_id = :person AND c.withdrawn_at IS NULL"), {"person": person_id}
        )
        standing = [one for one in map(_consent, rows) if one.state == "standing"]
        return self._offered(offer, switch, file_id, title, standing)

    def _offered(
        self, offer: Offer, switch: str, file_id: UUID | None, title: str | None, standing: list[Consent]
    ) -> Offered:
        rule = self._table.switches[switch]  # type: ignore[index]
        last = switches.last_day(rule, given_on=clock.today())
        lines = words.statement(
            switch,
            words.recipient_words(offer.recipient, offer.name),
            file_title=title,
            last_day=last,
            data=offer.data,
            purpose=offer.purpose,
        )
        now_on = next(
            (
                one
                for one in standing
                if (one.switch, one.recipient_kind, one.recipient_name, one.file_id)
                == (switch, offer.recipient, offer.name, file_id)
            ),
            None,
        )
        return Offered(
            switch, offer.recipient, offer.name, rule.one_file, file_id, tuple(lines),
            switches.end_of(last) if last else None, now_on,
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
