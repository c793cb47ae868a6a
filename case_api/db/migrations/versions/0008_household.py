"""Households, representatives, referrals, the social history and its plan, released reports, desk credentials."""

from alembic import op

revision = "0008_household"
down_revision = "0007_consent"

STAFF_WRITES = (
    "household_member", "case_team_member", "referral", "intervention", "history_entry", "plan", "plan_goal",
)  # fmt: skip
STAFF_ONLY = ("case_team_member", "referral", "professional_person")


def upgrade() -> None:
    _people()
    _care()
    _reports()
    _security()


def _people() -> None:
    op.execute("""
        CREATE TABLE household (
            id uuid CONSTRAINT pk_household PRIMARY KEY,
            formed_on date NOT NULL,
            dissolved_on date,
            CONSTRAINT ck_household_period CHECK (dissolved_on >= formed_on)
        );
        -- Each member's own part; a person lives in one household at a time.
        CREATE TABLE household_member (
            id uuid CONSTRAINT pk_household_member PRIMARY KEY,
            household_id uuid NOT NULL CONSTRAINT fk_household_member_household REFERENCES household,
            person_id uuid NOT NULL CONSTRAINT fk_household_member_person REFERENCES person,
            relationship text NOT NULL CONSTRAINT ck_household_member_relationship
                CHECK (relationship IN ('holder', 'partner', 'child', 'parent', 'sibling', 'relative', 'other')),
            joined_on date NOT NULL,
            left_on date,
            recorded_by uuid CONSTRAINT fk_household_member_recorded_by REFERENCES professional,
            CONSTRAINT ck_household_member_period CHECK (left_on >= joined_on)
        );
        CREATE UNIQUE INDEX uq_household_member_now ON household_member (person_id) WHERE left_on IS NULL;
        CREATE INDEX ix_household_member_household ON household_member (household_id);

        -- Who acts for whom. In force: confirmed, begun, not ended, not suspended; a minor's also by age (rules).
        CREATE TABLE representation (
            id uuid CONSTRAINT pk_representation PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_representation_person REFERENCES person,
            representative_id uuid CONSTRAINT fk_representation_representative REFERENCES person,
            representative_document text NOT NULL
                CONSTRAINT ck_representation_document CHECK (representative_document <> ''),
            representative_name text NOT NULL CONSTRAINT ck_representation_name CHECK (representative_name <> ''),
            kind text NOT NULL CONSTRAINT ck_representation_kind CHECK (kind IN ('guardian_in_fact', 'support_person',
                'power_of_attorney', 'authorisation', 'parent', 'tutor')),
            scope text NOT NULL CONSTRAINT ck_representation_scope CHECK (scope IN ('N0', 'N1', 'N2', 'N3', 'N4')),
            evidence text NOT NULL DEFAULT '',
            asked_at timestamptz NOT NULL,
            confirmed_at timestamptz,
            confirmed_by uuid CONSTRAINT fk_representation_confirmed_by REFERENCES professional,
            starts_at timestamptz NOT NULL,
            ends_at timestamptz,
            suspended_at timestamptz,
            suspended_by uuid CONSTRAINT fk_representation_suspended_by REFERENCES professional,
            suspension_order text,
            ended_at timestamptz,
            ended_by text
                CONSTRAINT ck_representation_ended_by CHECK (ended_by IN ('person', 'representative', 'desk')),
            minor_says text CONSTRAINT ck_representation_minor_says CHECK (minor_says IN ('yes', 'no')),
            minor_said_at timestamptz,
            CONSTRAINT ck_representation_another CHECK (representative_id <> person_id),
            CONSTRAINT ck_representation_period CHECK (ends_at > starts_at),
            CONSTRAINT ck_representation_limited
                CHECK (kind NOT IN ('power_of_attorney', 'authorisation') OR ends_at IS NOT NULL),
            CONSTRAINT ck_representation_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
            CONSTRAINT ck_representation_suspended
                CHECK ((suspended_at IS NULL) = (coalesce(suspension_order, '') = '')),
            CONSTRAINT ck_representation_said CHECK ((minor_says IS NULL) = (minor_said_at IS NULL))
        );
        CREATE UNIQUE INDEX uq_representation_standing
            ON representation (person_id, representative_document, kind) WHERE ended_at IS NULL;
        CREATE INDEX ix_representation_representative ON representation (representative_id) WHERE ended_at IS NULL;
        CREATE INDEX ix_representation_document ON representation (representative_document) WHERE ended_at IS NULL;

        -- Which person a professional is: nobody opens their own record, or that of whom they live with, as staff.
        CREATE TABLE professional_person (
            professional_id uuid CONSTRAINT pk_professional_person PRIMARY KEY
                CONSTRAINT fk_professional_person_professional REFERENCES professional,
            person_id uuid NOT NULL CONSTRAINT fk_professional_person_person REFERENCES person
                CONSTRAINT uq_professional_person UNIQUE
        );

        -- A key of the city for whom Cl@ve cannot serve: a number, and a secret that only its hash keeps.
        CREATE TABLE desk_credential (
            id uuid CONSTRAINT pk_desk_credential PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_desk_credential_person REFERENCES person,
            number text NOT NULL CONSTRAINT uq_desk_credential_number UNIQUE,
            secret_hash text NOT NULL,
            reason text NOT NULL CONSTRAINT ck_desk_credential_reason CHECK (reason <> ''),
            issued_at timestamptz NOT NULL,
            issued_by uuid NOT NULL CONSTRAINT fk_desk_credential_issued_by REFERENCES professional,
            expires_at timestamptz NOT NULL,
            revoked_at timestamptz,
            CONSTRAINT ck_desk_credential_period CHECK (expires_at > issued_at)
        );
        CREATE UNIQUE INDEX uq_desk_credential_standing ON desk_credential (person_id) WHERE revoked_at IS NULL;
    """)


def _care() -> None:
    op.execute("""
        -- Named members of a case team, dated.
        CREATE TABLE case_team_member (
            id uuid CONSTRAINT pk_case_team_member PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_case_team_member_person REFERENCES person,
            professional_id uuid NOT NULL CONSTRAINT fk_case_team_member_professional REFERENCES professional,
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            added_by uuid NOT NULL CONSTRAINT fk_case_team_member_added_by REFERENCES professional,
            CONSTRAINT ck_case_team_member_period CHECK (ends_at > starts_at)
        );
        CREATE INDEX ix_case_team_member_person ON case_team_member (person_id, professional_id);

        -- A unit asks another one to take part. `level` is as far as it opens the record, once accepted.
        CREATE TABLE referral (
            id uuid CONSTRAINT pk_referral PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_referral_person REFERENCES person,
            from_unit_id uuid NOT NULL CONSTRAINT fk_referral_from_unit REFERENCES unit,
            to_unit_id uuid NOT NULL CONSTRAINT fk_referral_to_unit REFERENCES unit,
            level text NOT NULL CONSTRAINT ck_referral_level CHECK (level IN ('N2', 'N3', 'N4')),
            reason text NOT NULL CONSTRAINT ck_referral_reason CHECK (reason <> ''),
            state text NOT NULL CONSTRAINT ck_referral_state CHECK (state IN ('sent', 'accepted', 'returned', 'ended')),
            sent_at timestamptz NOT NULL,
            sent_by uuid NOT NULL CONSTRAINT fk_referral_sent_by REFERENCES professional,
            answered_at timestamptz,
            answered_by uuid CONSTRAINT fk_referral_answered_by REFERENCES professional,
            answer text,
            ends_at timestamptz NOT NULL,
            ended_at timestamptz,
            CONSTRAINT ck_referral_units CHECK (from_unit_id <> to_unit_id),
            CONSTRAINT ck_referral_period CHECK (ends_at > sent_at),
            CONSTRAINT ck_referral_answered CHECK (state = 'sent' OR answered_at IS NOT NULL OR ended_at IS NOT NULL),
            CONSTRAINT ck_referral_returned CHECK (state <> 'returned' OR coalesce(answer, '') <> '')
        );
        CREATE UNIQUE INDEX uq_referral_open ON referral (person_id, to_unit_id) WHERE state IN ('sent', 'accepted');
        CREATE INDEX ix_referral_to_unit ON referral (to_unit_id, state);

        -- The social history: interventions, and what is written in them.
        CREATE TABLE intervention (
            id uuid CONSTRAINT pk_intervention PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_intervention_person REFERENCES person,
            title text NOT NULL CONSTRAINT ck_intervention_title CHECK (title <> ''),
            unit_id uuid CONSTRAINT fk_intervention_unit REFERENCES unit,
            professional_id uuid CONSTRAINT fk_intervention_professional REFERENCES professional,
            opened_on date NOT NULL,
            closed_on date,
            CONSTRAINT uq_intervention_person UNIQUE (id, person_id),
            CONSTRAINT ck_intervention_period CHECK (closed_on >= opened_on)
        );
        CREATE INDEX ix_intervention_person ON intervention (person_id, opened_on);
        CREATE TABLE history_entry (
            id uuid CONSTRAINT pk_history_entry PRIMARY KEY,
            intervention_id uuid NOT NULL,
            person_id uuid NOT NULL,
            kind text NOT NULL CONSTRAINT ck_history_entry_kind
                CHECK (kind IN ('interview', 'information', 'assessment', 'action', 'note')),
            title text NOT NULL CONSTRAINT ck_history_entry_title CHECK (title <> ''),
            body text NOT NULL DEFAULT '',
            level text NOT NULL CONSTRAINT ck_history_entry_level CHECK (level IN ('N3', 'N4', 'N5', 'P')),
            author_id uuid NOT NULL CONSTRAINT fk_history_entry_author REFERENCES professional,
            written_at timestamptz NOT NULL,
            released_at timestamptz,
            CONSTRAINT ck_history_entry_note CHECK ((kind = 'note') = (level = 'P')),
            CONSTRAINT ck_history_entry_private CHECK (level <> 'P' OR released_at IS NULL),
            CONSTRAINT fk_history_entry_intervention
                FOREIGN KEY (intervention_id, person_id) REFERENCES intervention (id, person_id)
        );
        CREATE INDEX ix_history_entry_intervention ON history_entry (intervention_id, written_at);

        CREATE TABLE plan (
            id uuid CONSTRAINT pk_plan PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_plan_person REFERENCES person,
            title text NOT NULL CONSTRAINT ck_plan_title CHECK (title <> ''),
            author_id uuid NOT NULL CONSTRAINT fk_plan_author REFERENCES professional,
            starts_on date NOT NULL,
            review_on date NOT NULL,
            signed_at timestamptz,
            released_at timestamptz,
            ended_on date,
            CONSTRAINT uq_plan_person UNIQUE (id, person_id),
            CONSTRAINT ck_plan_review CHECK (review_on > starts_on),
            CONSTRAINT ck_plan_signed_before_released
                CHECK (released_at IS NULL OR coalesce(signed_at <= released_at, false))
        );
        CREATE UNIQUE INDEX uq_plan_standing ON plan (person_id) WHERE ended_on IS NULL;
        CREATE TABLE plan_goal (
            id uuid CONSTRAINT pk_plan_goal PRIMARY KEY,
            plan_id uuid NOT NULL,
            person_id uuid NOT NULL,
            ordinal smallint NOT NULL CONSTRAINT ck_plan_goal_ordinal CHECK (ordinal > 0),
            title text NOT NULL CONSTRAINT ck_plan_goal_title CHECK (title <> ''),
            person_does text NOT NULL DEFAULT '',
            we_do text NOT NULL DEFAULT '',
            state text NOT NULL CONSTRAINT ck_plan_goal_state CHECK (state IN ('todo', 'doing', 'done', 'dropped')),
            target_on date,
            done_on date,
            CONSTRAINT uq_plan_goal_ordinal UNIQUE (plan_id, ordinal),
            CONSTRAINT ck_plan_goal_done CHECK ((state = 'done') = (done_on IS NOT NULL)),
            CONSTRAINT fk_plan_goal_plan FOREIGN KEY (plan_id, person_id) REFERENCES plan (id, person_id)
        );
    """)


def _reports() -> None:
    op.execute("""
        -- Whom an item is for; of which report it is the part for one member of the household; what is told in person
        -- first. A report held until a day is released on that day; one that a person decides has no such instant yet.
        ALTER TABLE document
            ADD COLUMN audience text NOT NULL DEFAULT 'represented' CONSTRAINT ck_document_audience
                CHECK (audience IN ('staff', 'person', 'represented')),
            ADD COLUMN redaction_of uuid CONSTRAINT fk_document_redaction_of REFERENCES document,
            ADD COLUMN signed_by uuid CONSTRAINT fk_document_signed_by REFERENCES professional,
            ADD COLUMN released_by uuid CONSTRAINT fk_document_released_by REFERENCES professional,
            ADD COLUMN tell_first_reason text,
            ADD COLUMN tell_first_until timestamptz,
            ADD COLUMN tell_first_then text CONSTRAINT ck_document_tell_first_then
                CHECK (tell_first_then IN ('appears', 'decides')),
            ADD COLUMN told_at timestamptz,
            ADD COLUMN cleaned boolean NOT NULL DEFAULT false,
            ADD CONSTRAINT ck_document_tell_first CHECK (
                (tell_first_reason IS NULL) = (tell_first_until IS NULL)
                AND (tell_first_reason IS NULL) = (tell_first_then IS NULL) AND tell_first_reason <> ''),
            ADD CONSTRAINT ck_document_told CHECK (told_at IS NULL OR tell_first_reason IS NOT NULL),
            ADD CONSTRAINT ck_document_staff_only CHECK (audience <> 'staff' OR released_at IS NULL),
            ADD CONSTRAINT ck_document_redaction_cleaned CHECK (redaction_of IS NULL OR cleaned);
        CREATE UNIQUE INDEX uq_document_redaction ON document (redaction_of, person_id) WHERE redaction_of IS NOT NULL;

        -- A professional moves a switch in the person's name, in front of them: who, and the paper they signed.
        ALTER TABLE consent
            ADD COLUMN desk_professional_id uuid
                CONSTRAINT fk_consent_desk_professional REFERENCES professional,
            ADD COLUMN desk_evidence text,
            ADD COLUMN acknowledged_at timestamptz,
            ADD CONSTRAINT ck_consent_desk CHECK (
                (channel = 'desk') = (desk_professional_id IS NOT NULL)
                AND (channel = 'desk') = (coalesce(desk_evidence, '') <> '')),
            ADD CONSTRAINT ck_consent_acknowledged CHECK (acknowledged_at IS NULL OR withdrawn_at IS NOT NULL);
        GRANT UPDATE (acknowledged_at) ON consent TO alma_app;
        ALTER TABLE consent_event DROP CONSTRAINT ck_consent_event_kind, ADD CONSTRAINT ck_consent_event_kind
            CHECK (kind IN ('given', 'withdrawn', 'expired', 'recalled', 'acknowledged'));
        DROP POLICY rls_consent_give ON consent;
        CREATE POLICY rls_consent_give ON consent FOR INSERT WITH CHECK (alma_sees(person_id)
            AND (alma_actor_kind() IN ('citizen', 'system') OR (alma_actor_kind() = 'staff' AND channel = 'desk')));
        DROP POLICY rls_consent_end ON consent;
        CREATE POLICY rls_consent_end ON consent FOR UPDATE
            USING (alma_sees(person_id) AND (withdrawn_at IS NULL OR alma_actor_kind() = 'client'))
            WITH CHECK (alma_sees(person_id));
        DROP POLICY rls_consent_event_write ON consent_event;
        CREATE POLICY rls_consent_event_write ON consent_event FOR INSERT
            WITH CHECK (alma_actor_kind() IN ('citizen', 'client', 'staff', 'system') AND alma_sees(person_id));
    """)


def _security() -> None:
    op.execute("""
        -- Whose folder a representative looks at: set by the door once a representation in force was found.
        CREATE FUNCTION alma_represented_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
            RETURN nullif(current_setting('alma.represented_id', true), '')::uuid;
        CREATE OR REPLACE FUNCTION alma_sees(person uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
            RETURN CASE coalesce(current_setting('alma.actor_kind', true), '')
                WHEN 'citizen' THEN person = nullif(current_setting('alma.person_id', true), '')::uuid
                    OR person = nullif(current_setting('alma.represented_id', true), '')::uuid
                WHEN 'client' THEN person = nullif(current_setting('alma.person_id', true), '')::uuid
                WHEN 'staff' THEN true
                WHEN 'system' THEN true
                ELSE false END;
    """)
    for table in ("household_member", "intervention", "history_entry", "plan", "plan_goal", *STAFF_ONLY):
        staff = " AND alma_actor_kind() IN ('staff', 'system')" if table in STAFF_ONLY else ""
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            CREATE POLICY rls_{table}_read ON {table} FOR SELECT USING (alma_sees(person_id){staff});
        """)
    for table in STAFF_WRITES:
        op.execute(f"""
            CREATE POLICY rls_{table}_write ON {table} FOR INSERT
                WITH CHECK (alma_actor_kind() IN ('staff', 'system') AND alma_sees(person_id));
            CREATE POLICY rls_{table}_change ON {table} FOR UPDATE
                USING (alma_actor_kind() IN ('staff', 'system') AND alma_sees(person_id))
                WITH CHECK (alma_sees(person_id));
        """)
    op.execute("""
        CREATE POLICY rls_history_entry_private ON history_entry AS RESTRICTIVE FOR SELECT
            USING (alma_actor_kind() IN ('staff', 'system') OR (released_at IS NOT NULL AND level <> 'P'));
        CREATE POLICY rls_plan_released ON plan AS RESTRICTIVE FOR SELECT
            USING (alma_actor_kind() IN ('staff', 'system') OR released_at IS NOT NULL);
        CREATE POLICY rls_document_represented ON document AS RESTRICTIVE FOR SELECT
            USING (alma_actor_kind() IN ('staff', 'system') OR audience = 'represented'
                OR (audience = 'person' AND person_id = alma_person_id()));

        -- Whoever is represented, and whoever represents, sees the tie; a citizen makes two kinds of it and no other.
        ALTER TABLE representation ENABLE ROW LEVEL SECURITY;
        CREATE FUNCTION alma_own_document() RETURNS text LANGUAGE sql STABLE
            RETURN (SELECT document_number FROM person WHERE id = alma_person_id());
        CREATE POLICY rls_representation_read ON representation FOR SELECT USING (
            alma_actor_kind() IN ('staff', 'system')
            OR (alma_actor_kind() = 'citizen' AND (person_id = alma_person_id() OR representative_id = alma_person_id()
                OR representative_document = alma_own_document())));
        CREATE POLICY rls_representation_write ON representation FOR INSERT WITH CHECK (
            alma_actor_kind() IN ('staff', 'system')
            OR (alma_actor_kind() = 'citizen' AND person_id = alma_person_id() AND representative_id IS NULL
                AND minor_says IS NULL AND suspended_at IS NULL AND ended_at IS NULL
                AND ((kind = 'authorisation' AND scope <= 'N2')
                    OR (confirmed_at IS NULL
                        AND kind IN ('guardian_in_fact', 'support_person', 'power_of_attorney')))));
        CREATE POLICY rls_representation_change ON representation FOR UPDATE
            USING (alma_actor_kind() IN ('staff', 'system') OR (ended_at IS NULL AND alma_actor_kind() = 'citizen'
                AND (person_id = alma_person_id() OR representative_id = alma_person_id()
                    OR (representative_id IS NULL AND representative_document = alma_own_document()))))
            WITH CHECK (alma_actor_kind() IN ('staff', 'system', 'citizen'));

        ALTER TABLE desk_credential ENABLE ROW LEVEL SECURITY;
        CREATE POLICY rls_desk_credential_staff ON desk_credential
            USING (alma_actor_kind() IN ('staff', 'system')) WITH CHECK (alma_actor_kind() IN ('staff', 'system'));

        REVOKE UPDATE, DELETE ON representation, referral, household_member, desk_credential FROM alma_app;
        REVOKE INSERT, UPDATE, DELETE ON professional_person FROM alma_app;
        REVOKE DELETE ON case_team_member, intervention, history_entry, plan, plan_goal, household FROM alma_app;
        GRANT UPDATE (representative_id, confirmed_at, confirmed_by, scope, ends_at, evidence, suspended_at,
            suspended_by, suspension_order, ended_at, ended_by, minor_says, minor_said_at)
            ON representation TO alma_app;
        GRANT UPDATE (state, answered_at, answered_by, answer, ended_at) ON referral TO alma_app;
        GRANT UPDATE (left_on) ON household_member TO alma_app;
        GRANT UPDATE (revoked_at) ON desk_credential TO alma_app;
    """)


def downgrade() -> None:
    op.execute("""
        DROP TABLE plan_goal, plan, history_entry, intervention, referral, case_team_member, desk_credential,
            professional_person, representation, household_member, household;
        DROP FUNCTION alma_own_document();
        CREATE OR REPLACE FUNCTION alma_sees(person uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
            RETURN CASE coalesce(current_setting('alma.actor_kind', true), '')
                WHEN 'citizen' THEN person = nullif(current_setting('alma.person_id', true), '')::uuid
                WHEN 'client' THEN person = nullif(current_setting('alma.person_id', true), '')::uuid
                WHEN 'staff' THEN true
                WHEN 'system' THEN true
                ELSE false END;
        DROP FUNCTION alma_represented_id();
        DROP POLICY rls_document_represented ON document;
        DROP INDEX uq_document_redaction;
        ALTER TABLE document
            DROP COLUMN audience, DROP COLUMN redaction_of, DROP COLUMN signed_by, DROP COLUMN released_by,
            DROP COLUMN tell_first_reason, DROP COLUMN tell_first_until, DROP COLUMN tell_first_then,
            DROP COLUMN told_at, DROP COLUMN cleaned;
        DROP POLICY rls_consent_give ON consent;
        CREATE POLICY rls_consent_give ON consent FOR INSERT
            WITH CHECK (alma_actor_kind() IN ('citizen', 'system') AND alma_sees(person_id));
        DROP POLICY rls_consent_end ON consent;
        CREATE POLICY rls_consent_end ON consent FOR UPDATE
            USING (alma_actor_kind() IN ('citizen', 'client', 'system') AND alma_sees(person_id)
                AND withdrawn_at IS NULL)
            WITH CHECK (alma_sees(person_id));
        DROP POLICY rls_consent_event_write ON consent_event;
        CREATE POLICY rls_consent_event_write ON consent_event FOR INSERT
            WITH CHECK (alma_actor_kind() IN ('citizen', 'client', 'system') AND alma_sees(person_id));
        DELETE FROM consent_event WHERE kind = 'acknowledged';
        ALTER TABLE consent_event DROP CONSTRAINT ck_consent_event_kind, ADD CONSTRAINT ck_consent_event_kind
            CHECK (kind IN ('given', 'withdrawn', 'expired', 'recalled'));
        ALTER TABLE consent
            DROP COLUMN desk_professional_id, DROP COLUMN desk_evidence, DROP COLUMN acknowledged_at;
    """)
