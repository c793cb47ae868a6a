"""Video rooms: who waits, who was admitted, what passes between them."""

from alembic import op

revision = "0016_video"
down_revision = "0015_rights"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE video_room (
            id uuid CONSTRAINT pk_video_room PRIMARY KEY,
            appointment_id uuid NOT NULL CONSTRAINT fk_video_room_appointment REFERENCES appointment ON DELETE CASCADE
                CONSTRAINT uq_video_room_appointment UNIQUE,
            person_id uuid NOT NULL CONSTRAINT fk_video_room_person REFERENCES person,
            interpreter text CONSTRAINT ck_video_room_interpreter CHECK (interpreter IN ('sign', 'language')),
            interpreter_language text,
            opened_at timestamptz,
            closed_at timestamptz,
            CONSTRAINT ck_video_room_language CHECK (interpreter_language IS NULL OR interpreter = 'language'),
            CONSTRAINT uq_video_room_person UNIQUE (id, person_id)
        );

        -- A place in a room. A link and a device are kept as hashes; each is bound once.
        CREATE TABLE video_guest (
            id uuid CONSTRAINT pk_video_guest PRIMARY KEY,
            room_id uuid NOT NULL,
            person_id uuid NOT NULL,
            role text NOT NULL CONSTRAINT ck_video_guest_role CHECK (role IN ('person', 'professional', 'interpreter')),
            name text NOT NULL CONSTRAINT ck_video_guest_name CHECK (name <> ''),
            link_sha256 bytea CONSTRAINT uq_video_guest_link UNIQUE,
            link_used_at timestamptz,
            device_sha256 bytea,
            entered_at timestamptz,
            admitted_at timestamptz,
            admitted_by uuid CONSTRAINT fk_video_guest_admitted_by REFERENCES professional,
            wants_phone_at timestamptz,
            left_at timestamptz,
            seen_at timestamptz,
            CONSTRAINT fk_video_guest_room FOREIGN KEY (room_id, person_id)
                REFERENCES video_room (id, person_id) ON DELETE CASCADE,
            CONSTRAINT ck_video_guest_admitted CHECK ((admitted_at IS NULL) = (admitted_by IS NULL))
        );
        CREATE UNIQUE INDEX uq_video_guest_seat ON video_guest (room_id, role) WHERE role <> 'interpreter';
        CREATE INDEX ix_video_guest_room ON video_guest (room_id);

        -- How two browsers find each other. Gone when read, and with the room: nothing of a call is kept.
        CREATE TABLE video_signal (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_video_signal PRIMARY KEY,
            room_id uuid NOT NULL,
            person_id uuid NOT NULL,
            sender_id uuid NOT NULL CONSTRAINT fk_video_signal_sender REFERENCES video_guest ON DELETE CASCADE,
            recipient_id uuid NOT NULL CONSTRAINT fk_video_signal_recipient REFERENCES video_guest ON DELETE CASCADE,
            kind text NOT NULL CONSTRAINT ck_video_signal_kind CHECK (kind IN ('description', 'candidate')),
            payload text NOT NULL CONSTRAINT ck_video_signal_payload CHECK (length(payload) <= 65536),
            sent_at timestamptz NOT NULL,
            CONSTRAINT fk_video_signal_room FOREIGN KEY (room_id, person_id)
                REFERENCES video_room (id, person_id) ON DELETE CASCADE
        );
        CREATE INDEX ix_video_signal_recipient ON video_signal (recipient_id, id);
    """)
    for table in ("video_room", "video_guest", "video_signal"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY rls_{table}_person ON {table} USING (alma_sees(person_id))")


def downgrade() -> None:
    op.execute("DROP TABLE video_signal, video_guest, video_room")
