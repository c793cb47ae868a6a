"""Agendas in full: claims, holds, groups, requests with a deadline, waiting list, links, feeds, history."""

from alembic import op

revision = "0013_booking"
down_revision = "0012_leaving"

BASE = """
    -- The city's choices (days natural or working, limits, length of a hold); what is not here has the default in code.
    CREATE TABLE agenda_setting (
        key text CONSTRAINT pk_agenda_setting PRIMARY KEY
            CONSTRAINT ck_agenda_setting_key CHECK (key ~ '^[a-z][a-z_]*$'),
        value text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        changed_by text NOT NULL
    );

    -- Who confirmed which year's table, and when; without a centre it is the city's.
    CREATE TABLE holiday_year (
        year integer NOT NULL CONSTRAINT ck_holiday_year_year CHECK (year BETWEEN 2000 AND 2200),
        unit_id uuid CONSTRAINT fk_holiday_year_unit REFERENCES unit,
        confirmed_at timestamptz NOT NULL DEFAULT now(),
        confirmed_by text NOT NULL,
        CONSTRAINT uq_holiday_year_year UNIQUE NULLS NOT DISTINCT (year, unit_id)
    );
    INSERT INTO holiday_year (year, confirmed_by) VALUES (2026, 'system:calendar');

    ALTER TABLE appointment_reason
        ADD COLUMN places integer NOT NULL DEFAULT 1
            CONSTRAINT ck_appointment_reason_places CHECK (places BETWEEN 1 AND 200),
        ADD COLUMN pair boolean NOT NULL DEFAULT false,
        ADD COLUMN peer boolean NOT NULL DEFAULT true,
        ADD COLUMN priority text NOT NULL DEFAULT 'ordinary'
            CONSTRAINT ck_appointment_reason_priority CHECK (priority IN ('emergency', 'priority', 'ordinary')),
        ADD COLUMN active boolean NOT NULL DEFAULT true;
    COMMENT ON COLUMN appointment_reason.places IS 'more than one: a group that meets at dates fixed by staff';
    COMMENT ON COLUMN appointment_reason.pair IS 'two professionals attend together';
    COMMENT ON COLUMN appointment_reason.peer IS 'other systems of the city may book it';

    CREATE TABLE group_session (
        id uuid CONSTRAINT pk_group_session PRIMARY KEY,
        unit_id uuid NOT NULL CONSTRAINT fk_group_session_unit REFERENCES unit,
        professional_id uuid NOT NULL CONSTRAINT fk_group_session_professional REFERENCES professional,
        second_professional_id uuid CONSTRAINT fk_group_session_second REFERENCES professional,
        room_id uuid CONSTRAINT fk_group_session_room REFERENCES room,
        reason text NOT NULL CONSTRAINT fk_group_session_reason REFERENCES appointment_reason,
        mode text NOT NULL CONSTRAINT ck_group_session_mode CHECK (mode IN ('in_person', 'video')),
        during tstzrange NOT NULL CONSTRAINT ck_group_session_during CHECK (NOT isempty(during)),
        buffer_minutes integer NOT NULL DEFAULT 0,
        places integer NOT NULL CONSTRAINT ck_group_session_size CHECK (places BETWEEN 1 AND 200),
        taken integer NOT NULL DEFAULT 0,
        state text NOT NULL DEFAULT 'open' CONSTRAINT ck_group_session_state CHECK (state IN ('open', 'cancelled')),
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        CONSTRAINT ck_group_session_places CHECK (taken BETWEEN 0 AND places)
    );
    CREATE INDEX ix_group_session_unit ON group_session (unit_id, lower(during));

    -- What somebody asked for, how urgent it is, and until when they must have been seen.
    CREATE TABLE appointment_request (
        id uuid CONSTRAINT pk_appointment_request PRIMARY KEY,
        person_id uuid NOT NULL CONSTRAINT fk_appointment_request_person REFERENCES person,
        unit_id uuid NOT NULL CONSTRAINT fk_appointment_request_unit REFERENCES unit,
        reason text NOT NULL CONSTRAINT fk_appointment_request_reason REFERENCES appointment_reason,
        mode text,
        professional_id uuid CONSTRAINT fk_appointment_request_professional REFERENCES professional,
        priority text NOT NULL
            CONSTRAINT ck_appointment_request_priority CHECK (priority IN ('emergency', 'priority', 'ordinary')),
        source text NOT NULL DEFAULT 'portal',
        state text NOT NULL DEFAULT 'open' CONSTRAINT ck_appointment_request_state
            CHECK (state IN ('open', 'booked', 'met', 'withdrawn')),
        requested_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL CONSTRAINT ck_appointment_request_due CHECK (due_at > requested_at),
        met_at timestamptz,
        created_by text NOT NULL
    );
    CREATE INDEX ix_appointment_request_open ON appointment_request (unit_id, due_at) WHERE state IN ('open', 'booked');
    CREATE INDEX ix_appointment_request_person ON appointment_request (person_id, requested_at);

    ALTER TABLE appointment
        ADD COLUMN second_professional_id uuid CONSTRAINT fk_appointment_second REFERENCES professional,
        ADD COLUMN session_id uuid CONSTRAINT fk_appointment_session REFERENCES group_session,
        ADD COLUMN request_id uuid CONSTRAINT fk_appointment_request REFERENCES appointment_request,
        ADD COLUMN chosen boolean NOT NULL DEFAULT false,
        ADD COLUMN source text NOT NULL DEFAULT 'portal' CONSTRAINT ck_appointment_source
            CHECK (source IN ('portal', 'desk', 'phone', 'line010', 'third_party', 'peer', 'link', 'waiting', 'moved')),
        ADD COLUMN arrived_at timestamptz,
        ADD COLUMN called_at timestamptz,
        ADD COLUMN confirmed_at timestamptz,
        ADD COLUMN note text CONSTRAINT ck_appointment_note CHECK (length(note) <= 500),
        ADD COLUMN to_call_at timestamptz,
        ADD COLUMN to_call_why text
            CONSTRAINT ck_appointment_to_call CHECK ((to_call_at IS NULL) = (to_call_why IS NULL)),
        ADD CONSTRAINT ck_appointment_pair CHECK (second_professional_id <> professional_id);
    COMMENT ON COLUMN appointment.chosen IS 'the person chose this professional: nobody else takes their place unasked';
    COMMENT ON COLUMN appointment.to_call_at IS 'it cannot stay as it is and nothing fits: somebody calls';
    CREATE INDEX ix_appointment_to_call ON appointment (unit_id, to_call_at) WHERE to_call_at IS NOT NULL;
    CREATE INDEX ix_appointment_request_of ON appointment (request_id) WHERE request_id IS NOT NULL;
    CREATE INDEX ix_appointment_second ON appointment (second_professional_id)
        WHERE second_professional_id IS NOT NULL AND state = 'booked';
    CREATE INDEX ix_appointment_upcoming ON appointment (lower(during)) WHERE state = 'booked';

    -- The people of a group share the professional and the room: their session holds both.
    ALTER TABLE appointment DROP CONSTRAINT ex_appointment_professional, DROP CONSTRAINT ex_appointment_room;
    ALTER TABLE appointment
        ADD CONSTRAINT ex_appointment_professional
            EXCLUDE USING gist (professional_id WITH =, during WITH &&) WHERE (state = 'booked' AND session_id IS NULL),
        ADD CONSTRAINT ex_appointment_room
            EXCLUDE USING gist (room_id WITH =, during WITH &&) WHERE (state = 'booked' AND session_id IS NULL);
    -- What a person did in a day: limits against trading in appointments.
    CREATE INDEX ix_appointment_change_by ON appointment_change (changed_by, changed_at);

    -- A slot kept for a person for some minutes, with what they had typed; a row stays after it has run out.
    CREATE TABLE appointment_hold (
        id uuid CONSTRAINT pk_appointment_hold PRIMARY KEY,
        person_id uuid NOT NULL CONSTRAINT fk_appointment_hold_person REFERENCES person,
        unit_id uuid NOT NULL CONSTRAINT fk_appointment_hold_unit REFERENCES unit,
        reason text NOT NULL CONSTRAINT fk_appointment_hold_reason REFERENCES appointment_reason,
        mode text NOT NULL CONSTRAINT ck_appointment_hold_mode CHECK (mode IN ('in_person', 'phone', 'video', 'home')),
        professional_id uuid NOT NULL CONSTRAINT fk_appointment_hold_professional REFERENCES professional,
        second_professional_id uuid CONSTRAINT fk_appointment_hold_second REFERENCES professional,
        room_id uuid CONSTRAINT fk_appointment_hold_room REFERENCES room,
        session_id uuid CONSTRAINT fk_appointment_hold_session REFERENCES group_session,
        moves uuid CONSTRAINT fk_appointment_hold_moves REFERENCES appointment,
        waiting_id uuid,
        during tstzrange NOT NULL CONSTRAINT ck_appointment_hold_during CHECK (NOT isempty(during)),
        buffer_minutes integer NOT NULL DEFAULT 0,
        chosen boolean NOT NULL DEFAULT false,
        typed jsonb NOT NULL DEFAULT '{}',
        state text NOT NULL DEFAULT 'live'
            CONSTRAINT ck_appointment_hold_state CHECK (state IN ('live', 'booked', 'released', 'expired')),
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        expires_at timestamptz NOT NULL CONSTRAINT ck_appointment_hold_expires CHECK (expires_at > created_at)
    );
    CREATE INDEX ix_appointment_hold_person ON appointment_hold (person_id, created_at);
    CREATE INDEX ix_appointment_hold_live ON appointment_hold (expires_at) WHERE state = 'live';
    CREATE UNIQUE INDEX uq_appointment_hold_person ON appointment_hold (person_id)
        WHERE state = 'live' AND waiting_id IS NULL;

    -- Every stretch of a professional's or a room's time that is taken, by whatever takes it: the last guard.
    CREATE TABLE appointment_claim (
        resource_id uuid NOT NULL,
        during tstzrange NOT NULL,
        holder_id uuid NOT NULL,
        CONSTRAINT ex_appointment_claim EXCLUDE USING gist (resource_id WITH =, during WITH &&)
    );
    CREATE INDEX ix_appointment_claim_holder ON appointment_claim (holder_id);
    REVOKE ALL ON appointment_claim FROM alma_app;

    -- A slot somebody gave back is not for the quickest robot: it rests before others see it.
    CREATE TABLE slot_rest (
        id uuid CONSTRAINT pk_slot_rest PRIMARY KEY,
        professional_id uuid NOT NULL,
        during tstzrange NOT NULL,
        person_id uuid NOT NULL,
        until timestamptz NOT NULL
    );
    CREATE INDEX ix_slot_rest_professional ON slot_rest (professional_id, until);

    CREATE TABLE waiting_entry (
        id uuid CONSTRAINT pk_waiting_entry PRIMARY KEY,
        person_id uuid NOT NULL CONSTRAINT fk_waiting_entry_person REFERENCES person,
        unit_id uuid NOT NULL CONSTRAINT fk_waiting_entry_unit REFERENCES unit,
        reason text NOT NULL CONSTRAINT fk_waiting_entry_reason REFERENCES appointment_reason,
        mode text NOT NULL,
        professional_id uuid CONSTRAINT fk_waiting_entry_professional REFERENCES professional,
        session_id uuid CONSTRAINT fk_waiting_entry_session REFERENCES group_session,
        before_at timestamptz,
        request_id uuid CONSTRAINT fk_waiting_entry_request REFERENCES appointment_request,
        state text NOT NULL DEFAULT 'waiting' CONSTRAINT ck_waiting_entry_state
            CHECK (state IN ('waiting', 'offered', 'booked', 'left')),
        joined_at timestamptz NOT NULL,
        hold_id uuid CONSTRAINT fk_waiting_entry_hold REFERENCES appointment_hold,
        passed integer NOT NULL DEFAULT 0,
        created_by text NOT NULL
    );
    COMMENT ON COLUMN waiting_entry.before_at IS 'only what begins before helps: they have an appointment then';
    COMMENT ON COLUMN waiting_entry.passed IS 'offers that ran out unanswered';
    CREATE INDEX ix_waiting_entry_queue ON waiting_entry (unit_id, joined_at, id) WHERE state = 'waiting';
    CREATE UNIQUE INDEX uq_waiting_entry_person ON waiting_entry (person_id, unit_id, reason)
        WHERE state IN ('waiting', 'offered');
    ALTER TABLE appointment_hold ADD CONSTRAINT fk_appointment_hold_waiting FOREIGN KEY (waiting_id)
        REFERENCES waiting_entry;

    -- A way to one's own appointment without a login: the link and a code sent apart. Nothing else opens with it.
    CREATE TABLE appointment_link (
        id uuid CONSTRAINT pk_appointment_link PRIMARY KEY,
        token_hash bytea NOT NULL CONSTRAINT uq_appointment_link_token UNIQUE,
        person_id uuid NOT NULL CONSTRAINT fk_appointment_link_person REFERENCES person,
        appointment_id uuid CONSTRAINT fk_appointment_link_appointment REFERENCES appointment,
        request_id uuid CONSTRAINT fk_appointment_link_request REFERENCES appointment_request,
        code_hash bytea,
        code_at timestamptz,
        tries integer NOT NULL DEFAULT 0,
        key_hash bytea,
        key_until timestamptz,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT ck_appointment_link_what CHECK (num_nonnulls(appointment_id, request_id) = 1)
    );
    CREATE INDEX ix_appointment_link_appointment ON appointment_link (appointment_id);

    -- What somebody answered to a reminder or an invitation: a proposal, until staff or the person's link confirm it.
    CREATE TABLE appointment_answer (
        id uuid CONSTRAINT pk_appointment_answer PRIMARY KEY,
        appointment_id uuid NOT NULL CONSTRAINT fk_appointment_answer_appointment REFERENCES appointment,
        person_id uuid NOT NULL CONSTRAINT fk_appointment_answer_person REFERENCES person,
        said text NOT NULL CONSTRAINT ck_appointment_answer_said CHECK (said IN ('comes', 'cancel', 'move', 'unclear')),
        channel text NOT NULL,
        reference text NOT NULL,
        state text NOT NULL DEFAULT 'open'
            CONSTRAINT ck_appointment_answer_state CHECK (state IN ('open', 'done', 'dismissed')),
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        ended_by text,
        CONSTRAINT uq_appointment_answer_reference UNIQUE (appointment_id, reference)
    );
    CREATE INDEX ix_appointment_answer_open ON appointment_answer (appointment_id) WHERE state = 'open';

    -- Which reminder of which version of an appointment went out: a moved one is reminded anew, none twice.
    CREATE TABLE appointment_reminder (
        appointment_id uuid NOT NULL CONSTRAINT fk_appointment_reminder_appointment REFERENCES appointment,
        kind text NOT NULL CONSTRAINT ck_appointment_reminder_kind
            CHECK (kind IN ('week', 'day', 'follow_up', 'missed')),
        starts_at timestamptz NOT NULL,
        told_at timestamptz NOT NULL,
        CONSTRAINT pk_appointment_reminder PRIMARY KEY (appointment_id, kind, starts_at)
    );

    -- A professional's own calendar program reads their busy time here; it says when, never who.
    CREATE TABLE agenda_feed (
        id uuid CONSTRAINT pk_agenda_feed PRIMARY KEY,
        professional_id uuid NOT NULL CONSTRAINT fk_agenda_feed_professional REFERENCES professional,
        token_hash bytea NOT NULL CONSTRAINT uq_agenda_feed_token UNIQUE,
        created_at timestamptz NOT NULL,
        ended_at timestamptz
    );
    CREATE INDEX ix_agenda_feed_professional ON agenda_feed (professional_id) WHERE ended_at IS NULL;

    -- Every change of an agenda, its rooms, reasons, holidays and settings: before, after, when, by whom.
    CREATE TABLE agenda_history (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_agenda_history PRIMARY KEY,
        what text NOT NULL,
        unit_id uuid,
        professional_id uuid,
        before jsonb,
        after jsonb,
        changed_at timestamptz NOT NULL DEFAULT now(),
        changed_by text NOT NULL
    );
    CREATE INDEX ix_agenda_history_unit ON agenda_history (unit_id, id);
    CREATE INDEX ix_agenda_history_professional ON agenda_history (professional_id, id);
    REVOKE ALL ON agenda_history FROM alma_app;
    GRANT SELECT ON agenda_history TO alma_app;

    -- Which agendas changed, for the index of free time that each process keeps: read by transaction, never waited for.
    CREATE TABLE agenda_touch (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_agenda_touch PRIMARY KEY,
        txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        unit_id uuid,
        professional_id uuid,
        at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX ix_agenda_touch_txid ON agenda_touch (txid);
"""

FUNCTIONS = """
    CREATE FUNCTION appointment_claims() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            DELETE FROM appointment_claim WHERE holder_id = OLD.id;
            IF OLD.session_id IS NOT NULL AND OLD.state = TG_ARGV[0]
                    AND (NEW.state <> TG_ARGV[0] OR NEW.session_id IS DISTINCT FROM OLD.session_id) THEN
                UPDATE group_session SET taken = taken - 1 WHERE id = OLD.session_id;
            END IF;
        END IF;
        IF NEW.session_id IS NOT NULL THEN
            IF NEW.state = TG_ARGV[0] AND (TG_OP = 'INSERT' OR OLD.state <> TG_ARGV[0]
                    OR NEW.session_id IS DISTINCT FROM OLD.session_id) THEN
                UPDATE group_session SET taken = taken + 1 WHERE id = NEW.session_id;
            END IF;
        ELSIF NEW.state = TG_ARGV[0] THEN
            -- A hold for a move may lie over the appointment that it moves: that part is claimed already.
            INSERT INTO appointment_claim (resource_id, during, holder_id)
            SELECT resource, piece, NEW.id
            FROM unnest(ARRAY[NEW.professional_id, NEW.second_professional_id, NEW.room_id]) AS resource,
                 unnest(tstzmultirange(NEW.during) - coalesce((
                    SELECT range_agg(c.during) FROM appointment_claim c
                    WHERE c.resource_id = resource AND c.holder_id = (to_jsonb(NEW)->>'moves')\\:\\:uuid
                 ), '{}'\\:\\:tstzmultirange)) AS piece
            WHERE resource IS NOT NULL;
        END IF;
        IF current_setting('alma.actor_kind', true) <> '' THEN
            INSERT INTO agenda_touch (unit_id, professional_id)
            SELECT NEW.unit_id, person FROM unnest(ARRAY[NEW.professional_id, NEW.second_professional_id]) AS person
            WHERE person IS NOT NULL;
            IF TG_OP = 'UPDATE' AND OLD.professional_id <> NEW.professional_id THEN
                INSERT INTO agenda_touch (unit_id, professional_id) VALUES (OLD.unit_id, OLD.professional_id);
            END IF;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER appointment_claims_new AFTER INSERT ON appointment FOR EACH ROW
        WHEN (NEW.state = 'booked') EXECUTE FUNCTION appointment_claims('booked');
    CREATE TRIGGER appointment_claims_changed AFTER UPDATE OF state, during, professional_id, second_professional_id,
        room_id, session_id, unit_id ON appointment FOR EACH ROW EXECUTE FUNCTION appointment_claims('booked');
    CREATE TRIGGER appointment_hold_claims_new AFTER INSERT ON appointment_hold FOR EACH ROW
        WHEN (NEW.state = 'live') EXECUTE FUNCTION appointment_claims('live');
    CREATE TRIGGER appointment_hold_claims_changed AFTER UPDATE OF state, during, professional_id ON appointment_hold
        FOR EACH ROW EXECUTE FUNCTION appointment_claims('live');
    -- What was booked before there were claims.
    INSERT INTO appointment_claim (resource_id, during, holder_id)
        SELECT resource, during, id FROM appointment, unnest(ARRAY[professional_id, room_id]) AS resource
        WHERE state = 'booked' AND resource IS NOT NULL;

    CREATE FUNCTION group_session_claims() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        DELETE FROM appointment_claim WHERE holder_id = NEW.id;
        IF NEW.state = 'open' THEN
            INSERT INTO appointment_claim (resource_id, during, holder_id)
            SELECT resource, NEW.during, NEW.id
            FROM unnest(ARRAY[NEW.professional_id, NEW.second_professional_id, NEW.room_id]) AS resource
            WHERE resource IS NOT NULL;
        END IF;
        INSERT INTO agenda_touch (unit_id, professional_id) VALUES (NEW.unit_id, NEW.professional_id);
        RETURN NULL;
    END $$;
    CREATE TRIGGER group_session_claims_new AFTER INSERT ON group_session FOR EACH ROW
        EXECUTE FUNCTION group_session_claims();
    CREATE TRIGGER group_session_claims_changed AFTER UPDATE OF state, during, professional_id, second_professional_id,
        room_id ON group_session FOR EACH ROW EXECUTE FUNCTION group_session_claims();

    -- What is in the way, as times: bookings, groups, live holds and slots at rest. Never whose.
    CREATE FUNCTION agenda_busy(professionals uuid[], rooms uuid[], span tstzrange, besides uuid, now_at timestamptz)
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
                  AND (h.waiting_id IS NOT NULL OR h.person_id IS DISTINCT FROM alma_person_id())
            UNION ALL
            SELECT s.professional_id, NULL, NULL, s.during, 0 FROM slot_rest s
            WHERE s.until > now_at AND s.during && span AND s.professional_id = ANY (professionals)
                  AND coalesce(alma_actor_kind(), '') NOT IN ('staff', 'system')
                  AND s.person_id IS DISTINCT FROM alma_person_id()
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

    -- Holds that have run out and still claim something of this span: what must be locked before they are let go.
    CREATE FUNCTION agenda_run_out(professionals uuid[], unit uuid, span tstzrange, now_at timestamptz)
    RETURNS TABLE (id uuid, unit_id uuid, professional_id uuid, second_professional_id uuid, in_room boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT h.id, h.unit_id, h.professional_id, h.second_professional_id, h.room_id IS NOT NULL
        FROM appointment_hold h
        WHERE h.state = 'live' AND h.expires_at <= now_at AND h.during && span
              AND (h.professional_id = ANY (professionals) OR h.second_professional_id = ANY (professionals)
                   OR (h.unit_id = unit AND h.room_id IS NOT NULL))
    $$;
    CREATE FUNCTION agenda_let_go(holds uuid[], now_at timestamptz) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        WITH gone AS (
            UPDATE appointment_hold SET state = 'expired'
            WHERE id = ANY (holds) AND state = 'live' AND expires_at <= now_at RETURNING 1)
        SELECT count(*)::integer FROM gone
    $$;
    -- When something that is in the way now will be so no more by the clock alone; NULL: nothing.
    CREATE FUNCTION agenda_next_change(unit uuid, now_at timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT min(at) FROM (
            SELECT h.expires_at AS at FROM appointment_hold h
            WHERE h.unit_id = unit AND h.state = 'live' AND h.expires_at > now_at
            UNION ALL
            SELECT s.until FROM slot_rest s JOIN agenda_pattern g ON g.professional_id = s.professional_id
            WHERE g.unit_id = unit AND s.until > now_at) changes
    $$;
    -- Each change of an agenda, in the words of its row.
    CREATE FUNCTION agenda_note() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
        becomes jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
        one jsonb := coalesce(becomes, was);
    BEGIN
        INSERT INTO agenda_history (what, unit_id, professional_id, before, after, changed_by)
        VALUES (TG_TABLE_NAME, (one->>'unit_id')\\:\\:uuid, (one->>'professional_id')\\:\\:uuid, was, becomes,
                coalesce(nullif(current_setting('alma.actor_kind', true), ''), 'owner') || '\\:'
                || coalesce(current_setting('alma.actor_id', true), ''));
        INSERT INTO agenda_touch (unit_id, professional_id)
        VALUES ((one->>'unit_id')\\:\\:uuid, (one->>'professional_id')\\:\\:uuid);
        RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION agenda_busy(uuid[], uuid[], tstzrange, uuid, timestamptz),
        agenda_run_out(uuid[], uuid, tstzrange, timestamptz), agenda_let_go(uuid[], timestamptz),
        agenda_next_change(uuid, timestamptz) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION agenda_busy(uuid[], uuid[], tstzrange, uuid, timestamptz),
        agenda_run_out(uuid[], uuid, tstzrange, timestamptz), agenda_let_go(uuid[], timestamptz),
        agenda_next_change(uuid, timestamptz) TO alma_app;
"""

NOTED = (
    "agenda_pattern",
    "agenda_exception",
    "room",
    "appointment_reason",
    "holiday",
    "holiday_year",
    "agenda_setting",
)

GUARDED = (
    "appointment_request",
    "appointment_hold",
    "waiting_entry",
    "appointment_link",
    "appointment_answer",
    "slot_rest",
)


def upgrade() -> None:
    op.execute(BASE)
    op.execute(FUNCTIONS)
    for table in NOTED:
        # A bulk load by the owner names no actor and is no change of anybody's.
        op.execute(f"""
            CREATE TRIGGER agenda_note AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW
                WHEN (coalesce(current_setting('alma.actor_kind', true), '') <> '') EXECUTE FUNCTION agenda_note();
        """)
    for table in GUARDED:
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            CREATE POLICY rls_{table}_person ON {table} USING (alma_sees(person_id));
        """)
    op.execute("""
        ALTER TABLE appointment_reminder ENABLE ROW LEVEL SECURITY;
        CREATE POLICY rls_appointment_reminder_system ON appointment_reminder
            USING (alma_actor_kind() IN ('system', 'staff'));
        -- Found by an unguessable key, before anybody is known to act.
        CREATE FUNCTION appointment_link_of(token bytea) RETURNS SETOF appointment_link
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
            'SELECT * FROM appointment_link WHERE token_hash = token';
        REVOKE ALL ON FUNCTION appointment_link_of(bytea) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION appointment_link_of(bytea) TO alma_app;
    """)


def downgrade() -> None:
    for table in NOTED:
        op.execute(f"DROP TRIGGER agenda_note ON {table}")
    op.execute("""
        DROP FUNCTION appointment_link_of(bytea), agenda_note();
        DROP FUNCTION agenda_next_change(uuid, timestamptz), agenda_let_go(uuid[], timestamptz),
            agenda_run_out(uuid[], uuid, tstzrange, timestamptz),
            agenda_busy(uuid[], uuid[], tstzrange, uuid, timestamptz);
        DROP TRIGGER appointment_claims_new ON appointment;
        DROP TRIGGER appointment_claims_changed ON appointment;
        DROP TABLE agenda_touch, agenda_history, agenda_feed, appointment_reminder, appointment_answer,
            appointment_link, slot_rest, appointment_claim;
        ALTER TABLE appointment_hold DROP CONSTRAINT fk_appointment_hold_waiting;
        DROP TABLE waiting_entry, appointment_hold;
        DROP FUNCTION appointment_claims();
        DELETE FROM appointment_change WHERE appointment_id IN
            (SELECT id FROM appointment WHERE session_id IS NOT NULL);
        DELETE FROM appointment WHERE session_id IS NOT NULL;
        ALTER TABLE appointment DROP CONSTRAINT ex_appointment_professional, DROP CONSTRAINT ex_appointment_room,
            DROP CONSTRAINT ck_appointment_pair, DROP COLUMN second_professional_id, DROP COLUMN session_id,
            DROP COLUMN request_id, DROP COLUMN chosen, DROP COLUMN source, DROP COLUMN arrived_at,
            DROP COLUMN called_at, DROP COLUMN confirmed_at, DROP COLUMN note,
            DROP COLUMN to_call_why, DROP COLUMN to_call_at;
        ALTER TABLE appointment
            ADD CONSTRAINT ex_appointment_professional
                EXCLUDE USING gist (professional_id WITH =, during WITH &&) WHERE (state = 'booked'),
            ADD CONSTRAINT ex_appointment_room
                EXCLUDE USING gist (room_id WITH =, during WITH &&) WHERE (state = 'booked');
        DROP INDEX ix_appointment_upcoming, ix_appointment_change_by;
        DROP TABLE appointment_request, group_session;
        DROP FUNCTION group_session_claims();
        ALTER TABLE appointment_reason DROP COLUMN places, DROP COLUMN pair, DROP COLUMN peer, DROP COLUMN priority,
            DROP COLUMN active;
        DROP TABLE holiday_year, agenda_setting;
    """)
