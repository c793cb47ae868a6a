"""Consent for a named centre, a case team, a person they choose; who answers for requests; reviews between units."""

from alembic import op

revision = "0020_recipients"
down_revision = "0019_group_history"

_MINE = "(SELECT alma_person_id())"
_CARED = "coalesce((SELECT true FROM alma_cared c WHERE c.id = person_id), false)"
_OFFICE = "(SELECT alma_role()) = 'data_protection'"

# `%s`: what else brings a person within reach. As in the rooms before this one, which `downgrade` puts back.
_REACH = """
    CREATE OR REPLACE FUNCTION alma_reach() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = public, pg_temp
        RETURN (SELECT coalesce(array_agg(reached), '{}') FROM (
            SELECT person_id AS reached FROM case_team_member WHERE professional_id = alma_professional_id()
                AND starts_at <= alma_now() AND ends_at > alma_now()
            UNION ALL SELECT person_id FROM referral WHERE to_unit_id = alma_unit_id()
                AND state IN ('sent', 'accepted') AND ends_at > alma_now()
            UNION ALL SELECT unnest(alma_designated())
            UNION ALL SELECT unnest(alma_glass(false))
            UNION ALL SELECT person_id FROM professional_person WHERE professional_id = alma_professional_id()
            UNION ALL SELECT other.person_id FROM professional_person mine
                JOIN household_member own ON own.person_id = mine.person_id AND own.left_on IS NULL
                JOIN household_member other ON other.household_id = own.household_id
                WHERE mine.professional_id = alma_professional_id()
            UNION ALL SELECT CASE WHEN tie.person_id = mine.person_id THEN tie.representative_id
                    ELSE tie.person_id END
                FROM professional_person mine JOIN representation tie
                    ON mine.person_id IN (tie.person_id, tie.representative_id)
                WHERE mine.professional_id = alma_professional_id() AND tie.representative_id IS NOT NULL
            %s
        ) AS everybody);
"""
_CONSENTED = """UNION ALL SELECT person_id FROM consent WHERE recipient_kind = 'other_unit'
                AND recipient_name = CAST(alma_unit_id() AS text) AND withdrawn_at IS NULL
                AND given_at <= alma_now() AND (expires_at IS NULL OR expires_at > alma_now())"""


def upgrade() -> None:
    op.execute("""
        -- Somebody the person chose to let see something: by name and document, known to the city or not.
        CREATE TABLE chosen_recipient (
            id uuid CONSTRAINT pk_chosen_recipient PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_chosen_recipient_person REFERENCES person,
            name text NOT NULL CONSTRAINT ck_chosen_recipient_name CHECK (length(name) BETWEEN 1 AND 200),
            document_number text NOT NULL CONSTRAINT ck_chosen_recipient_document CHECK (document_number <> ''),
            chosen_at timestamptz NOT NULL,
            CONSTRAINT uq_chosen_recipient UNIQUE (person_id, document_number, name)
        );
        CREATE INDEX ix_chosen_recipient_document ON chosen_recipient (document_number);
        REVOKE ALL ON chosen_recipient FROM alma_app;
        GRANT SELECT, INSERT ON chosen_recipient TO alma_app;
        CREATE INDEX ix_consent_recipient ON consent (recipient_kind, recipient_name) WHERE withdrawn_at IS NULL;
    """)
    op.execute(f"""
        ALTER TABLE chosen_recipient ENABLE ROW LEVEL SECURITY;
        CREATE POLICY rls_chosen_recipient_read ON chosen_recipient FOR SELECT USING (
            CASE (SELECT alma_actor_kind()) WHEN 'citizen' THEN person_id = {_MINE}
                WHEN 'staff' THEN {_CARED} ELSE alma_actor_kind() = 'system' END);
        CREATE POLICY rls_chosen_recipient_write ON chosen_recipient FOR INSERT WITH CHECK (
            CASE (SELECT alma_actor_kind()) WHEN 'citizen' THEN person_id = {_MINE}
                WHEN 'staff' THEN {_CARED} ELSE alma_actor_kind() = 'system' END);
    """)
    op.execute(_REACH % _CONSENTED)
    _functions()
    _policies()


def _functions() -> None:
    op.execute("""
        -- The consents by which a citizen may look at the folder of somebody who chose them, now.
        CREATE FUNCTION alma_chosen(who uuid) RETURNS TABLE (id uuid, switch text, file_id uuid, given_at timestamptz,
            expires_at timestamptz, recipient_kind text, recipient_name text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT c.id, c.switch, c.file_id, c.given_at, c.expires_at, c.recipient_kind, c.recipient_name
            FROM chosen_recipient r JOIN consent c ON c.person_id = r.person_id AND c.recipient_kind = 'chosen'
                AND c.recipient_name = CAST(r.id AS text)
            WHERE alma_actor_kind() = 'citizen' AND r.person_id = who AND r.document_number = alma_own_document()
                AND c.withdrawn_at IS NULL AND c.given_at <= alma_now()
                AND (c.expires_at IS NULL OR c.expires_at > alma_now())
            ORDER BY c.switch, c.id
        $$;
        CREATE FUNCTION alma_chosen_by() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            RETURN (SELECT coalesce(array_agg(DISTINCT r.person_id), '{}') FROM chosen_recipient r
                JOIN consent c ON c.person_id = r.person_id AND c.recipient_kind = 'chosen'
                    AND c.recipient_name = CAST(r.id AS text) AND c.withdrawn_at IS NULL
                    AND (c.expires_at IS NULL OR c.expires_at > alma_now())
                WHERE alma_actor_kind() = 'citizen' AND r.document_number = alma_own_document()
                    AND r.person_id <> alma_person_id());

        -- The centres of the professionals named in one's own case team, for whoever may know where one is attended.
        CREATE FUNCTION alma_team_units(who uuid) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            RETURN (SELECT coalesce(array_agg(DISTINCT u.name ORDER BY u.name), '{}') FROM case_team_member m
                JOIN professional p ON p.id = m.professional_id JOIN unit u ON u.id = p.unit_id
                WHERE m.person_id = who AND m.starts_at <= alma_now() AND m.ends_at > alma_now()
                    AND alma_sees(who) AND NOT u.protected AND alma_shielded_since(who) IS NULL);

        -- What the acting professional, or the chosen person, is asked to use no more. It names nobody whom a shield
        -- covers, and nobody in full: the initials and the end of the document tell it from others.
        CREATE FUNCTION alma_recalls() RETURNS TABLE (id uuid, consent_id uuid, who text, created_at timestamptz,
            kinds text[], acknowledged_at timestamptz, outcome text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT r.id, r.consent_id, left(p.given_name, 1) || '. ' || left(p.surname1, 1) || '.'
                    || coalesce(' (' || right(p.document_number, 3) || ')', ''),
                r.created_at, ARRAY(SELECT DISTINCT l.object_kind FROM consent_release l
                    WHERE l.consent_id = r.consent_id ORDER BY 1), r.acknowledged_at, r.outcome
            FROM consent_recall r JOIN person p ON p.id = r.person_id
            WHERE p.shielded_at IS NULL AND CASE alma_actor_kind()
                WHEN 'staff' THEN (r.recipient_kind = 'other_unit' AND r.recipient_name = CAST(alma_unit_id() AS text))
                    OR (r.recipient_kind = 'case_team' AND EXISTS (SELECT FROM case_team_member t
                        WHERE t.person_id = r.person_id AND t.professional_id = alma_professional_id()))
                WHEN 'citizen' THEN r.recipient_kind = 'chosen' AND EXISTS (SELECT FROM chosen_recipient c
                    WHERE CAST(c.id AS text) = r.recipient_name AND c.document_number = alma_own_document())
                ELSE false END
            ORDER BY r.created_at DESC, r.id
        $$;
        -- Whoever had it says what they did with it; the first answer stands. False when nobody asked them.
        CREATE FUNCTION alma_recall_answered(which uuid, said text) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            asked record;
        BEGIN
            SELECT * INTO asked FROM alma_recalls() r WHERE r.id = which;
            IF NOT FOUND THEN
                RETURN false;
            END IF;
            UPDATE consent_recall SET acknowledged_at = alma_now(), outcome = said
                WHERE id = which AND acknowledged_at IS NULL;
            IF FOUND THEN
                UPDATE consent SET acknowledged_at = alma_now() WHERE id = asked.consent_id AND acknowledged_at IS NULL;
                INSERT INTO consent_event (id, consent_id, person_id, kind, at, channel, actor_kind, actor_id)
                    SELECT gen_random_uuid(), c.id, c.person_id, 'acknowledged', alma_now(),
                        CASE alma_actor_kind() WHEN 'staff' THEN 'desk' ELSE 'portal' END, alma_actor_kind(),
                        current_setting('alma.actor_id', true)
                    FROM consent c WHERE c.id = asked.consent_id;
            END IF;
            RETURN true;
        END $$;

        -- Requests about anybody's data, for whom the office is to watch the deadlines; of somebody under a shield it
        -- learns that there is one and when it is due, and not a word of it.
        CREATE FUNCTION alma_rights_watched() RETURNS TABLE (id uuid, kind text, received_at timestamptz, due_on date,
            extended_at timestamptz, state text, answered_at timestamptz, unit_name text, told boolean)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT r.id, r.kind, r.received_at, r.due_on, r.extended_at, r.state, r.answered_at,
                CASE WHEN p.shielded_at IS NULL THEN u.name END, p.shielded_at IS NULL
            FROM rights_request r JOIN person p ON p.id = r.person_id LEFT JOIN unit u ON u.id = p.unit_id
            WHERE alma_actor_kind() = 'staff' AND alma_role() = 'data_protection'
        $$;

        -- Whether somebody of that unit has reviewed the acting professional's own: nobody reviews in return.
        CREATE FUNCTION alma_unit_reviewed_by(theirs uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            RETURN EXISTS (SELECT FROM broken_glass WHERE unit_id = alma_unit_id() AND review_unit_id = theirs);
    """)


def _policies() -> None:
    op.execute(f"""
        DROP POLICY rls_consent_release_write ON consent_release;
        CREATE POLICY rls_consent_release_write ON consent_release FOR INSERT WITH CHECK (alma_sees(person_id)
            AND (alma_actor_kind() IN ('client', 'staff', 'system')
                OR (alma_actor_kind() = 'citizen' AND person_id <> {_MINE})));
        DROP POLICY rls_consent_recall_write ON consent_recall;
        CREATE POLICY rls_consent_recall_write ON consent_recall FOR INSERT WITH CHECK (
            alma_actor_kind() IN ('citizen', 'client', 'staff', 'system') AND alma_sees(person_id));
        CREATE POLICY rls_consent_recall_need ON consent_recall AS RESTRICTIVE USING (
            CASE (SELECT alma_actor_kind()) WHEN 'staff' THEN {_CARED}
                WHEN 'citizen' THEN person_id = {_MINE} ELSE true END);

        CREATE POLICY rls_rights_request_need ON rights_request AS RESTRICTIVE USING (
            CASE (SELECT alma_actor_kind())
                WHEN 'staff' THEN {_CARED} OR ({_OFFICE} AND NOT alma_silenced(person_id))
                WHEN 'citizen' THEN person_id = {_MINE} ELSE true END);
        CREATE POLICY rls_data_export_need ON data_export AS RESTRICTIVE USING (
            CASE (SELECT alma_actor_kind()) WHEN 'staff' THEN {_CARED}
                WHEN 'citizen' THEN person_id = {_MINE} ELSE true END);

        CREATE POLICY rls_broken_glass_units ON broken_glass AS RESTRICTIVE FOR UPDATE USING (
            (SELECT alma_actor_kind()) <> 'staff' OR NOT alma_unit_reviewed_by(unit_id));
    """)


def downgrade() -> None:
    op.execute(_REACH % "")
    op.execute("""
        DROP POLICY rls_broken_glass_units ON broken_glass;
        DROP POLICY rls_data_export_need ON data_export;
        DROP POLICY rls_rights_request_need ON rights_request;
        DROP POLICY rls_consent_recall_need ON consent_recall;
        DROP POLICY rls_consent_recall_write ON consent_recall;
        CREATE POLICY rls_consent_recall_write ON consent_recall FOR INSERT WITH CHECK (
            alma_actor_kind() IN ('citizen', 'client', 'system') AND alma_sees(person_id));
        DROP POLICY rls_consent_release_write ON consent_release;
        CREATE POLICY rls_consent_release_write ON consent_release FOR INSERT
            WITH CHECK (alma_actor_kind() IN ('client', 'system') AND alma_sees(person_id));
        DROP FUNCTION alma_unit_reviewed_by(uuid), alma_rights_watched(), alma_recall_answered(uuid, text),
            alma_recalls(), alma_team_units(uuid), alma_chosen_by(), alma_chosen(uuid);
        DROP INDEX ix_consent_recipient;
        DROP TABLE chosen_recipient;
    """)
