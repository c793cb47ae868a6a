"""Agendas: reasons, rooms, weekly patterns, dated exceptions, holidays, appointments and their history."""

from alembic import op

revision = "0003_agenda"
down_revision = "0002_record"

TABLES = """
    -- What an appointment is for: how long, how soon, how far ahead, and how it may be held.
    CREATE TABLE appointment_reason (
        key text CONSTRAINT pk_appointment_reason PRIMARY KEY
            CONSTRAINT ck_appointment_reason_key CHECK (key ~ '^[a-z][a-z_]*$'),
        name text NOT NULL,
        minutes integer NOT NULL CONSTRAINT ck_appointment_reason_minutes CHECK (minutes BETWEEN 5 AND 480),
        step_minutes integer NOT NULL DEFAULT 15
            CONSTRAINT ck_appointment_reason_step CHECK (step_minutes BETWEEN 5 AND 480),
        buffer_minutes integer NOT NULL DEFAULT 0
            CONSTRAINT ck_appointment_reason_buffer CHECK (buffer_minutes BETWEEN 0 AND 240),
        notice_minutes integer NOT NULL DEFAULT 0
            CONSTRAINT ck_appointment_reason_notice CHECK (notice_minutes >= 0),
        horizon_days integer NOT NULL DEFAULT 60
            CONSTRAINT ck_appointment_reason_horizon CHECK (horizon_days BETWEEN 1 AND 366),
        modes text[] NOT NULL CONSTRAINT ck_appointment_reason_modes
            CHECK (cardinality(modes) > 0 AND modes <@ ARRAY['in_person', 'phone', 'video', 'home']),
        discreet boolean NOT NULL DEFAULT false,
        online boolean NOT NULL DEFAULT true
    );
    COMMENT ON COLUMN appointment_reason.online IS 'the person may book it alone, in the portal or through the API';
    COMMENT ON COLUMN appointment_reason.discreet IS 'no calendar and no message says what it is about';

    CREATE TABLE room (
        id uuid CONSTRAINT pk_room PRIMARY KEY,
        unit_id uuid NOT NULL CONSTRAINT fk_room_unit REFERENCES unit,
        name text NOT NULL,
        active boolean NOT NULL DEFAULT true,
        CONSTRAINT uq_room_unit_name UNIQUE (unit_id, name)
    );

    -- A weekly shift in wall time of Europe/Madrid. A change ends one row and begins another: that is its history.
    CREATE TABLE agenda_pattern (
        id uuid CONSTRAINT pk_agenda_pattern PRIMARY KEY,
        professional_id uuid NOT NULL CONSTRAINT fk_agenda_pattern_professional REFERENCES professional,
        unit_id uuid NOT NULL CONSTRAINT fk_agenda_pattern_unit REFERENCES unit,
        weekday smallint NOT NULL CONSTRAINT ck_agenda_pattern_weekday CHECK (weekday BETWEEN 0 AND 6),
        starts time NOT NULL,
        ends time NOT NULL,
        valid_from date NOT NULL,
        valid_until date CONSTRAINT ck_agenda_pattern_valid CHECK (valid_until >= valid_from),
        modes text[] CONSTRAINT ck_agenda_pattern_modes
            CHECK (cardinality(modes) > 0 AND modes <@ ARRAY['in_person', 'phone', 'video', 'home']),
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL
    );
    COMMENT ON COLUMN agenda_pattern.weekday IS '0 is Monday';
    COMMENT ON COLUMN agenda_pattern.ends IS 'at or before starts: on the next day';
    CREATE INDEX ix_agenda_pattern_unit ON agenda_pattern (unit_id, professional_id);
    CREATE INDEX ix_agenda_pattern_professional ON agenda_pattern (professional_id);

    CREATE TABLE agenda_exception (
        id uuid CONSTRAINT pk_agenda_exception PRIMARY KEY,
        unit_id uuid CONSTRAINT fk_agenda_exception_unit REFERENCES unit,
        professional_id uuid CONSTRAINT fk_agenda_exception_professional REFERENCES professional,
        kind text NOT NULL CONSTRAINT ck_agenda_exception_kind CHECK (kind IN ('absence', 'closure', 'extra')),
        first_day date NOT NULL,
        last_day date NOT NULL,
        starts time,
        ends time,
        note text,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        CONSTRAINT ck_agenda_exception_days CHECK (last_day >= first_day),
        CONSTRAINT ck_agenda_exception_hours CHECK ((starts IS NULL) = (ends IS NULL)),
        CONSTRAINT ck_agenda_exception_whose CHECK (CASE kind
            WHEN 'absence' THEN professional_id IS NOT NULL
            WHEN 'closure' THEN unit_id IS NOT NULL AND professional_id IS NULL
            ELSE unit_id IS NOT NULL AND professional_id IS NOT NULL AND starts IS NOT NULL END)
    );
    COMMENT ON COLUMN agenda_exception.unit_id IS 'null: wherever the professional works';
    CREATE INDEX ix_agenda_exception_unit ON agenda_exception (unit_id, last_day);
    CREATE INDEX ix_agenda_exception_professional ON agenda_exception (professional_id, last_day);

    -- Confirmed by an administrator each year; an unconfirmed day is kept free as well, for nobody is sent to a
    -- closed door, and shows as to be confirmed.
    CREATE TABLE holiday (
        day date NOT NULL,
        scope text NOT NULL CONSTRAINT ck_holiday_scope CHECK (scope IN ('national', 'region', 'city', 'centre')),
        unit_id uuid CONSTRAINT fk_holiday_unit REFERENCES unit,
        name text NOT NULL,
        confirmed boolean NOT NULL DEFAULT false,
        CONSTRAINT uq_holiday_day UNIQUE NULLS NOT DISTINCT (day, unit_id),
        CONSTRAINT ck_holiday_centre CHECK ((scope = 'centre') = (unit_id IS NOT NULL))
    );

    CREATE TABLE appointment (
        id uuid CONSTRAINT pk_appointment PRIMARY KEY,
        uid text NOT NULL CONSTRAINT uq_appointment_uid UNIQUE,
        sequence integer NOT NULL DEFAULT 0 CONSTRAINT ck_appointment_sequence CHECK (sequence >= 0),
        person_id uuid NOT NULL CONSTRAINT fk_appointment_person REFERENCES person,
        professional_id uuid NOT NULL CONSTRAINT fk_appointment_professional REFERENCES professional,
        unit_id uuid NOT NULL CONSTRAINT fk_appointment_unit REFERENCES unit,
        room_id uuid CONSTRAINT fk_appointment_room REFERENCES room,
        reason text NOT NULL CONSTRAINT fk_appointment_reason REFERENCES appointment_reason,
        mode text NOT NULL CONSTRAINT ck_appointment_mode CHECK (mode IN ('in_person', 'phone', 'video', 'home')),
        during tstzrange NOT NULL CONSTRAINT ck_appointment_during CHECK (
            NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)
            AND lower_inc(during) AND NOT upper_inc(during)),
        buffer_minutes integer NOT NULL DEFAULT 0 CONSTRAINT ck_appointment_buffer CHECK (buffer_minutes >= 0),
        state text NOT NULL DEFAULT 'booked'
            CONSTRAINT ck_appointment_state CHECK (state IN ('booked', 'cancelled', 'attended', 'no_show')),
        override_reason text,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        cancelled_at timestamptz,
        cancelled_by text,
        cancelled_why text,
        CONSTRAINT ck_appointment_cancelled CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
        CONSTRAINT ex_appointment_professional
            EXCLUDE USING gist (professional_id WITH =, during WITH &&) WHERE (state = 'booked'),
        CONSTRAINT ex_appointment_room
            EXCLUDE USING gist (room_id WITH =, during WITH &&) WHERE (state = 'booked'),
        CONSTRAINT ex_appointment_person
            EXCLUDE USING gist (person_id WITH =, during WITH &&) WHERE (state = 'booked')
    );
    CREATE INDEX ix_appointment_person ON appointment (person_id, lower(during) DESC, id);
    CREATE INDEX ix_appointment_unit ON appointment (unit_id, lower(during));

    -- What happened to an appointment, one row a change.
    CREATE TABLE appointment_change (
        id uuid CONSTRAINT pk_appointment_change PRIMARY KEY,
        appointment_id uuid NOT NULL CONSTRAINT fk_appointment_change_appointment REFERENCES appointment
            ON DELETE CASCADE,
        sequence integer NOT NULL,
        what text NOT NULL CONSTRAINT ck_appointment_change_what
            CHECK (what IN ('booked', 'moved', 'cancelled', 'attended', 'no_show')),
        professional_id uuid NOT NULL,
        mode text NOT NULL,
        during tstzrange NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        changed_by text NOT NULL,
        why text
    );
    CREATE INDEX ix_appointment_change_appointment ON appointment_change (appointment_id, changed_at);
    REVOKE UPDATE, DELETE ON appointment_change FROM alma_app;
    REVOKE DELETE ON appointment FROM alma_app;
"""

# Slots are computed from times that the actor may not see as appointments: this says when, never who.
BUSY = """
    CREATE FUNCTION appointment_busy(professionals uuid[], rooms uuid[], span tstzrange, besides uuid)
    RETURNS TABLE (
        professional_id uuid, room_id uuid, starts_at timestamptz, ends_at timestamptz, buffer_minutes integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT a.professional_id, NULL::uuid, lower(a.during), upper(a.during), a.buffer_minutes
        FROM appointment a
        WHERE a.state = 'booked' AND a.professional_id = ANY (professionals) AND a.during && span
              AND a.id IS DISTINCT FROM besides
        UNION ALL
        SELECT NULL, a.room_id, lower(a.during), upper(a.during), 0
        FROM appointment a
        WHERE a.state = 'booked' AND a.room_id = ANY (rooms) AND a.during && span AND a.id IS DISTINCT FROM besides
    $$;
    REVOKE ALL ON FUNCTION appointment_busy(uuid[], uuid[], tstzrange, uuid) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION appointment_busy(uuid[], uuid[], tstzrange, uuid) TO alma_app;
"""

# The second lock: a forgotten filter returns nothing. The door decides; this only narrows.
POLICIES = """
    ALTER TABLE appointment ENABLE ROW LEVEL SECURITY;
    CREATE POLICY rls_appointment_person ON appointment USING (alma_sees(person_id));
    ALTER TABLE appointment_change ENABLE ROW LEVEL SECURITY;
    CREATE POLICY rls_appointment_change_appointment ON appointment_change USING (
        EXISTS (SELECT FROM appointment a WHERE a.id = appointment_id));
"""

# 2026: Comunidad de Madrid and Pleno of the city, as published in September 2025. 2027: certain are only the days
# that RD 2001/1983 art. 45 fixes and that no region may move; the others wait for the administrator.
HOLIDAYS = """
    INSERT INTO holiday (day, scope, name, confirmed) VALUES
        ('2026-01-01', 'national', 'Año Nuevo', true),
        ('2026-01-06', 'national', 'Epifanía del Señor', true),
        ('2026-04-02', 'region', 'Jueves Santo', true),
        ('2026-04-03', 'national', 'Viernes Santo', true),
        ('2026-05-01', 'national', 'Fiesta del Trabajo', true),
        ('2026-05-02', 'region', 'Fiesta de la Comunidad de Madrid', true),
        ('2026-05-15', 'city', 'San Isidro', true),
        ('2026-08-15', 'national', 'Asunción de la Virgen', true),
        ('2026-10-12', 'national', 'Fiesta Nacional de España', true),
        ('2026-11-02', 'region', 'Todos los Santos (traslado)', true),
        ('2026-11-09', 'city', 'Nuestra Señora de la Almudena', true),
        ('2026-12-07', 'region', 'Día de la Constitución Española (traslado)', true),
        ('2026-12-08', 'national', 'Inmaculada Concepción', true),
        ('2026-12-25', 'national', 'Natividad del Señor', true),
        ('2027-01-01', 'national', 'Año Nuevo', true),
        ('2027-01-06', 'national', 'Epifanía del Señor', false),
        ('2027-03-25', 'region', 'Jueves Santo', false),
        ('2027-03-26', 'national', 'Viernes Santo', true),
        ('2027-05-01', 'national', 'Fiesta del Trabajo', true),
        ('2027-05-03', 'region', 'Fiesta de la Comunidad de Madrid (traslado)', false),
        ('2027-05-15', 'city', 'San Isidro', false),
        ('2027-10-12', 'national', 'Fiesta Nacional de España', true),
        ('2027-11-01', 'national', 'Todos los Santos', true),
        ('2027-11-09', 'city', 'Nuestra Señora de la Almudena', false),
        ('2027-12-06', 'national', 'Día de la Constitución Española', true),
        ('2027-12-08', 'national', 'Inmaculada Concepción', true),
        ('2027-12-25', 'national', 'Natividad del Señor', true);
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(BUSY)
    op.execute(POLICIES)
    op.execute(HOLIDAYS)


def downgrade() -> None:
    op.execute("""
        DROP FUNCTION appointment_busy(uuid[], uuid[], tstzrange, uuid);
        DROP TABLE appointment_change, appointment, holiday, agenda_exception, agenda_pattern, room, appointment_reason;
    """)
