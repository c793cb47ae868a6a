"""A guest keeps an hour while they write, and waits for one, as anybody does: by their contact, not as a person."""

from alembic import op

revision = "0025_guest_waiting"
down_revision = "0024_acting"

# What belongs to a person or to a contact, and never to both.
EITHER = ("appointment_hold", "waiting_entry")

# What is in the way, as times. One's own hold is not in one's own way, nor is what one has just given back.
_BUSY = """
    CREATE OR REPLACE FUNCTION agenda_busy(
        professionals uuid[], rooms uuid[], span tstzrange, besides uuid, now_at timestamptz)
    RETURNS TABLE (
        professional_id uuid, room_id uuid, starts_at timestamptz, ends_at timestamptz, buffer_minutes integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        WITH taken AS (
            SELECT g.professional_id, g.second_professional_id, g.room_id, g.during, g.buffer_minutes
            FROM group_session g
            WHERE g.state = 'open' AND g.during && span
            UNION ALL
            SELECT h.professional_id, h.second_professional_id, h.room_id, h.during, h.buffer_minutes
            FROM appointment_hold h
            WHERE h.state = 'live' AND h.session_id IS NULL AND h.expires_at > now_at AND h.during && span
                  AND h.id IS DISTINCT FROM besides
                  AND (h.waiting_id IS NOT NULL OR {held})
            UNION ALL
            SELECT s.professional_id, NULL, NULL, s.during, 0 FROM slot_rest s
            WHERE s.until > now_at AND s.during && span AND s.professional_id = ANY (professionals)
                  AND coalesce(alma_actor_kind(), '') NOT IN ('staff', 'system')
                  AND s.person_id IS DISTINCT FROM {rests}
        )
        SELECT who, NULL::uuid, lower(during), upper(during), buffer_minutes
        FROM taken, unnest(ARRAY[professional_id, second_professional_id]) AS who WHERE who = ANY (professionals)
        UNION ALL
        SELECT NULL, room_id, lower(during), upper(during), 0 FROM taken WHERE room_id = ANY (rooms)
        UNION ALL
        -- The many, each by the index that guards it.
        SELECT a.professional_id, NULL, lower(a.during), upper(a.during), a.buffer_minutes FROM appointment a
        WHERE a.state = 'booked' AND a.session_id IS NULL AND a.professional_id = ANY (professionals)
              AND a.during && span AND a.id IS DISTINCT FROM besides
        UNION ALL
        SELECT a.second_professional_id, NULL, lower(a.during), upper(a.during), a.buffer_minutes FROM appointment a
        WHERE a.state = 'booked' AND a.session_id IS NULL AND a.second_professional_id = ANY (professionals)
              AND a.during && span AND a.id IS DISTINCT FROM besides
        UNION ALL
        SELECT NULL, a.room_id, lower(a.during), upper(a.during), 0 FROM appointment a
        WHERE a.state = 'booked' AND a.session_id IS NULL AND a.room_id = ANY (rooms) AND a.during && span
              AND a.id IS DISTINCT FROM besides
    $$;
"""


def _busy(*, held: str, rests: str) -> str:
    return _BUSY.format(held=held, rests=rests)


def upgrade() -> None:
    for table in EITHER:
        op.execute(f"""
            ALTER TABLE {table} ALTER COLUMN person_id DROP NOT NULL,
                ADD COLUMN contact_id uuid,
                ADD CONSTRAINT ck_{table}_whose CHECK (num_nonnulls(person_id, contact_id) = 1);
            CREATE INDEX ix_{table}_contact ON {table} (contact_id) WHERE contact_id IS NOT NULL;
            CREATE POLICY rls_{table}_guest ON {table} USING (contact_id = (SELECT alma_guest_id()));
        """)
    op.execute("""
        CREATE UNIQUE INDEX uq_appointment_hold_contact ON appointment_hold (contact_id)
            WHERE state = 'live' AND waiting_id IS NULL;
        ALTER TABLE waiting_entry
            ADD COLUMN guest_name text CONSTRAINT ck_waiting_entry_guest_name CHECK (length(guest_name) <= 120),
            ADD COLUMN guest_reach text CONSTRAINT ck_waiting_entry_guest_reach CHECK (length(guest_reach) <= 320);
        CREATE UNIQUE INDEX uq_waiting_entry_contact ON waiting_entry (contact_id, unit_id, reason)
            WHERE state IN ('waiting', 'offered');
    """)
    op.execute(
        _busy(
            held="(h.person_id = alma_person_id() OR h.contact_id = alma_guest_id()) IS NOT TRUE",
            rests="coalesce(alma_person_id(), alma_guest_id())",
        )
    )


def downgrade() -> None:
    op.execute(_busy(held="h.person_id IS DISTINCT FROM alma_person_id()", rests="alma_person_id()"))
    op.execute("""
        UPDATE waiting_entry SET hold_id = NULL WHERE person_id IS NULL;
        DELETE FROM appointment_claim WHERE holder_id IN (SELECT id FROM appointment_hold WHERE person_id IS NULL);
        UPDATE group_session g SET taken = taken - (SELECT count(*) FROM appointment_hold h
            WHERE h.session_id = g.id AND h.person_id IS NULL AND h.state = 'live')
            WHERE EXISTS (SELECT FROM appointment_hold h WHERE h.session_id = g.id AND h.person_id IS NULL);
        DELETE FROM appointment_hold WHERE person_id IS NULL;
        DELETE FROM waiting_entry WHERE person_id IS NULL;
        ALTER TABLE waiting_entry DROP COLUMN guest_name, DROP COLUMN guest_reach;
    """)
    for table in EITHER:
        op.execute(f"""
            DROP POLICY rls_{table}_guest ON {table};
            ALTER TABLE {table} DROP CONSTRAINT ck_{table}_whose, DROP COLUMN contact_id,
                ALTER COLUMN person_id SET NOT NULL;
        """)
