"""What an actor is to a person at this moment: facts of the decision that the record itself holds.

Of staff: their unit, a named case team, a referral, their own family. Of a citizen: the person they act for.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.facts import Relation
from case_api.access.levels import Level
from case_api.access.representing import Acting, Tie, scope_now
from case_api.access.table import Table
from case_api.db import Unit

_STAFF = """
    SELECT p.id, f.*,
        EXISTS (SELECT 1 FROM professional_person me WHERE me.professional_id = %(professional)s
            AND (me.person_id = p.id
            OR EXISTS (SELECT 1 FROM household_member a JOIN household_member b ON b.household_id = a.household_id
                WHERE a.person_id = me.person_id AND b.person_id = p.id AND a.left_on IS NULL AND b.left_on IS NULL)
            OR EXISTS (SELECT 1 FROM representation r WHERE r.ended_at IS NULL
                AND ((r.person_id = p.id AND r.representative_id = me.person_id)
                    OR (r.person_id = me.person_id AND r.representative_id = p.id))))) AS kin,
        EXISTS (SELECT 1 FROM case_team_member t WHERE t.person_id = p.id AND t.professional_id = %(professional)s
            AND t.starts_at <= %(now)s AND t.ends_at > %(now)s) AS team,
        (SELECT r.state || r.level FROM referral r WHERE r.person_id = p.id AND r.to_unit_id = %(unit)s
            AND r.state IN ('sent', 'accepted') AND r.sent_at <= %(now)s AND r.ends_at > %(now)s) AS referral,
        EXISTS (SELECT 1 FROM consent c WHERE c.person_id = p.id AND c.withdrawn_at IS NULL AND (c.recipient_kind =
            'case_team' OR (c.recipient_kind = 'other_unit' AND c.recipient_name = CAST(%(unit)s AS text)))) AS given
    FROM unnest(CAST(%(people)s AS uuid[])) AS p(id) CROSS JOIN LATERAL alma_facts(p.id) AS f
"""
_OTHERS = "SELECT id, true AS known, shielded_at FROM person WHERE id = ANY(%(people)s)"
_HANDLING = text("SELECT set_config('alma.handling', :people, true)")
_TIES = text("""
    SELECT id, representative_name, kind, scope, confirmed_at, starts_at, ends_at, suspended_at, ended_at, minor_says,
        minor_said_at
    FROM representation WHERE person_id = :person AND representative_id = :me AND ended_at IS NULL
        AND confirmed_at IS NOT NULL
""")
_GIVEN = text("""
    SELECT id, switch, file_id, given_at, expires_at, recipient_kind, recipient_name FROM consent
    WHERE person_id = :person AND ((recipient_kind = 'case_team' AND :team)
            OR (recipient_kind = 'other_unit' AND recipient_name = CAST(:unit AS text)))
        AND withdrawn_at IS NULL AND given_at <= :now AND (expires_at IS NULL OR expires_at > :now)
    ORDER BY switch, file_id NULLS FIRST
""")
_CHOSEN = text("SELECT * FROM alma_chosen(:person)")
_LIFE = text("SELECT birth_date, deceased_on FROM person WHERE id = :person")
_REPRESENT = text("SELECT set_config('alma.represented_id', :person, true)")
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Given:
    """A switch that is on for whoever acts: of one file or of everything, since and until when, and as what."""

    id: UUID
    switch: str
    file_id: UUID | None
    given_at: datetime
    expires_at: datetime | None
    recipient_kind: str
    recipient_name: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person: whether they exist, the staff's ties to them, a shield, and the glass broken."""

    exists: bool = False
    relation: Relation | None = None
    kin: bool = False
    referral: str | None = None
    shielded: bool = False
    designated: bool = False
    glass_at: datetime | None = None
    urgency: bool = False
    given: tuple[Given, ...] = ()


class Standing:
    """Asked once a door for each person; `represented` is the one person whose folder a citizen chose to look at."""

    def __init__(self, unit: Unit, actor: Actor, handling: frozenset[UUID], represented: UUID | None):
        self._unit = unit
        self._actor = actor
        self._handling = handling
        self._told: frozenset[UUID] = frozenset()
        self._known: dict[UUID | None, Known] = {}
        self._represented = represented if actor.kind == "citizen" and represented != actor.person_id else None
        self._chosen: list[Given] = []
        self._ties: list[Tie] = self._find_ties() if self._represented and actor.person_id else []

    def of(self, person_id: UUID | None, level: Level, table: Table) -> dict[str, Any]:
        """The facts of the decision about this person; nothing about the unknown opens anything."""
        self.look_up([person_id])
        known = self._known[person_id]
        facts: dict[str, Any] = {"known": known.exists, "relation": known.relation, "kin": known.kin}
        if known.shielded and self._actor.kind == "staff":
            facts["designated"] = known.designated
            # The reference goes on with what locates nobody; others near by learn nothing at all.
            facts["shielded"] = not known.designated and known.relation != "reference"
        if known.glass_at is not None:
            facts["glass_minutes"] = (clock.now() - known.glass_at) / timedelta(minutes=1)
            facts["urgency"] = known.urgency
        if (self._ties or self._chosen) and person_id == self._represented:
            facts |= self._represents(table)
        if known.given and self._actor.role in table.referral:
            kinds = {one.recipient_kind for one in known.given}
            facts["recipient"] = "other_unit" if "other_unit" in kinds else "case_team"
        if known.referral and self._actor.role in table.referral:
            facts["recipient"] = "other_unit"
            facts["referral"] = known.referral.startswith("accepted") and level <= Level(known.referral[-2:])
        return facts

    def represents_as(self, person_id: UUID | None, table: Table) -> str | None:
        """The kind of representation by which this citizen acts for the person now, or None."""
        if not self._ties or person_id != self._represented:
            return None
        return self._represents(table).get("representation")

    def acting(self, person_id: UUID | None, table: Table) -> Acting | None:
        """By which tie, and under which name, this citizen acts for the person now; None when they do not."""
        best = self._furthest(table) if person_id is not None and person_id == self._represented else None
        return best[2] if best else None

    def given(self, person_id: UUID | None) -> tuple[Given, ...] | list[Given]:
        """What the person consented to for this professional's centre or team, or for this citizen whom they chose."""
        if self._actor.kind == "citizen":
            return self._chosen if person_id is not None and person_id == self._represented else ()
        if self._actor.kind != "staff":
            return ()
        self.look_up([person_id])
        return self._known[person_id].given

    def handle(self, person_id: UUID) -> None:
        """This professional deals with an appointment or a message of the person: it opens no more than N1."""
        if person_id not in self._handling:
            self._handling |= {person_id}
            self._known.pop(person_id, None)

    def forget(self) -> None:
        """Ask anew: this very unit of work has changed what is known."""
        self._known.clear()

    def shielded(self, person_id: UUID | None) -> bool:
        """Whether a shield stands over this person, as far as the actor can be told."""
        self.look_up([person_id])
        return self._known[person_id].shielded

    def look_up(self, person_ids: Collection[UUID | None]) -> None:
        """Ask for many people at once."""
        missing = [one for one in person_ids if one not in self._known]
        if not missing:
            return
        values: dict[str, Any] = {"people": [one or _NOBODY for one in missing]}
        staff = self._actor.kind == "staff"
        if staff:
            values |= {
                "professional": self._actor.professional_id, "unit": self._actor.unit_id, "now": clock.now(),
            }  # fmt: skip
        found = {row.id: row for row in self._unit.ask(_STAFF if staff else _OTHERS, values)}
        for one in missing:
            row = found.get(one)
            shielded = row is not None and row.shielded_at is not None
            self._known[one] = self._staff(row) if staff and row else Known(row is not None, shielded=shielded)
        self._tell_handling()

    def _staff(self, row: Any) -> Known:
        relation = self._relation(row)
        # Whoever is of the person's own team sees by law what a consent would open.
        given = self._given_to_staff(row) if row.given and relation not in ("reference", "unit") else ()
        return Known(
            row.known, relation, row.kin, row.referral, row.shielded_at is not None, row.designated, row.glass_at,
            row.urgency, given,
        )  # fmt: skip

    def _given_to_staff(self, row: Any) -> tuple[Given, ...]:
        values = {"person": row.id, "unit": self._actor.unit_id, "team": row.team, "now": clock.now()}
        return tuple(Given(*one) for one in self._unit.session.execute(_GIVEN, values))

    def _tell_handling(self) -> None:
        """Let the second lock know of people who are within reach by `handling` alone."""
        told = frozenset(one for one, known in self._known.items() if one and known.relation == "handling")
        if told != self._told:
            self._told = told
            self._unit.session.execute(_HANDLING, {"people": ",".join(map(str, told))})

    def _relation(self, row: Any) -> Relation | None:
        actor = self._actor
        if actor.professional_id is None:
            return None
        if row.reference_professional_id == actor.professional_id:
            return "reference"
        if row.designated:
            return "case_team"
        if actor.unit_id is not None and row.unit_id == actor.unit_id:
            return "unit"
        if row.team:
            return "case_team"
        return "handling" if row.id in self._handling else None

    def _find_ties(self) -> list[Tie]:
        """The ties between the two, and the key to the rows of the one (row-level security) if there is any."""
        session, values = self._unit.session, {"person": self._represented, "me": self._actor.person_id}
        rows = session.execute(_TIES, values).all()
        self._chosen = [Given(*row) for row in session.execute(_CHOSEN, values)]
        session.execute(_REPRESENT, {"person": str(self._represented) if rows or self._chosen else ""})
        life = session.execute(_LIFE, {"person": self._represented}).first()
        if life is None:
            self._chosen = []  # a shield stands between the two
            return []
        return [
            Tie(row[2], Level(row[3]), *row[4:], born=life[0], died=life[1], acting=Acting(row[0], row[1]))
            for row in rows
        ]

    def _furthest(self, table: Table) -> tuple[Level, str, Acting | None] | None:
        """The tie that reaches furthest at this moment: its scope, its kind, and who acts by it."""
        now = clock.now()
        open_now = [(scope_now(tie, table.representation, now), tie.kind, tie.acting) for tie in self._ties]
        return max(
            ((scope, kind, acting) for scope, kind, acting in open_now if scope is not None),
            key=lambda one: one[:2],
            default=None,
        )

    def _represents(self, table: Table) -> dict[str, Any]:
        """As what this citizen acts now; when no tie is in force, the rows are out of reach again."""
        best = self._furthest(table)
        facts: dict[str, Any] = {"recipient": "chosen"} if self._chosen else {}
        if best is None:
            if not facts:
                self._unit.session.execute(_REPRESENT, {"person": ""})
            return facts
        return facts | {"representation": best[1], "representation_scope": best[0]}
