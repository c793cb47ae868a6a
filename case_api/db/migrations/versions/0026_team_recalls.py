"""Whoever of a case team was shown something by a consent answers for themselves when it is asked back.

A centre is one recipient and answers as one. A team is its members: the recall is answered when each of them who was
shown something has said what they did with it. Who has left the city's service is waited for no more.
"""

from alembic import op

revision = "0026_team_recalls"
down_revision = "0025_guest_waiting"

# What is asked of whoever acts. Of a team: whom it is asked of, what they saw, and their own answer.
_RECALLS = """
    CREATE OR REPLACE FUNCTION alma_recalls() RETURNS TABLE (id uuid, consent_id uuid, who text, created_at timestamptz,
        kinds text[], acknowledged_at timestamptz, outcome text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT r.id, r.consent_id, left(p.given_name, 1) || '. ' || left(p.surname1, 1) || '.'
                || coalesce(' (' || right(p.document_number, 3) || ')', ''),
            r.created_at, ARRAY(SELECT DISTINCT l.object_kind FROM consent_release l
                WHERE l.consent_id = r.consent_id%(mine)s ORDER BY 1), %(answer)s
        FROM consent_recall r JOIN person p ON p.id = r.person_id
        WHERE p.shielded_at IS NULL AND CASE alma_actor_kind()
            WHEN 'staff' THEN (r.recipient_kind = 'other_unit' AND r.recipient_name = CAST(alma_unit_id() AS text))
                OR (r.recipient_kind = 'case_team' AND %(team)s)
            WHEN 'citizen' THEN r.recipient_kind = 'chosen' AND EXISTS (SELECT FROM chosen_recipient c
                WHERE CAST(c.id AS text) = r.recipient_name AND c.document_number = alma_own_document())
            ELSE false END
        ORDER BY r.created_at DESC, r.id
    $$;
"""
_IN_THE_TEAM = """EXISTS (SELECT FROM case_team_member t
    WHERE t.person_id = r.person_id AND t.professional_id = alma_professional_id())"""
_ANSWERED = """
    CREATE OR REPLACE FUNCTION alma_recall_answered(which uuid, said text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        asked record;
        last_word text = said;
    BEGIN
        SELECT * INTO asked FROM alma_recalls() r WHERE r.id = which;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        %s
        UPDATE consent_recall SET acknowledged_at = alma_now(), outcome = last_word
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
"""
# One answer after another: the last of two that come at once finds both.
_EACH = """
        PERFORM FROM consent_recall WHERE id = which FOR UPDATE;
        IF EXISTS (SELECT FROM consent_recall_member m WHERE m.recall_id = which) THEN
            UPDATE consent_recall_member SET acknowledged_at = alma_now(), outcome = said
                WHERE recall_id = which AND professional_id = alma_professional_id() AND acknowledged_at IS NULL;
            IF EXISTS (SELECT FROM consent_recall_member m JOIN professional p ON p.id = m.professional_id
                    WHERE m.recall_id = which AND m.acknowledged_at IS NULL AND p.active) THEN
                RETURN true;
            END IF;
            SELECT max(m.outcome) INTO last_word FROM consent_recall_member m WHERE m.recall_id = which;
        END IF;
"""


def upgrade() -> None:
    op.execute("""
        ALTER TABLE consent_release ADD COLUMN professional_id uuid
            CONSTRAINT fk_consent_release_professional REFERENCES professional;
        ALTER TABLE consent_recall ADD CONSTRAINT uq_consent_recall_person UNIQUE (id, person_id);
        CREATE TABLE consent_recall_member (
            recall_id uuid NOT NULL,
            person_id uuid NOT NULL,
            professional_id uuid NOT NULL CONSTRAINT fk_consent_recall_member_professional REFERENCES professional,
            acknowledged_at timestamptz,
            outcome text CONSTRAINT ck_consent_recall_member_outcome
                CHECK (outcome IN ('deleted', 'kept_by_law') AND (outcome IS NULL) = (acknowledged_at IS NULL)),
            CONSTRAINT pk_consent_recall_member PRIMARY KEY (recall_id, professional_id),
            CONSTRAINT fk_consent_recall_member_recall FOREIGN KEY (recall_id, person_id)
                REFERENCES consent_recall (id, person_id)
        );
        CREATE INDEX ix_consent_recall_member_person ON consent_recall_member (person_id);
        REVOKE ALL ON consent_recall_member FROM alma_app;
        GRANT SELECT ON consent_recall_member TO alma_app;
        ALTER TABLE consent_recall_member ENABLE ROW LEVEL SECURITY;
        CREATE POLICY rls_consent_recall_member_person ON consent_recall_member USING (
            CASE (SELECT alma_actor_kind())
                WHEN 'citizen' THEN person_id = alma_person_id()
                WHEN 'staff' THEN coalesce((SELECT true FROM alma_cared c WHERE c.id = person_id), false)
                ELSE (SELECT alma_actor_kind()) = 'system' END);

        -- Whom of a team it is asked of: written with the recall, from what went out, whoever withdraws.
        CREATE FUNCTION alma_recall_members() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            INSERT INTO consent_recall_member (recall_id, person_id, professional_id)
                SELECT DISTINCT NEW.id, NEW.person_id, l.professional_id FROM consent_release l
                WHERE l.consent_id = NEW.consent_id AND l.professional_id IS NOT NULL;
            RETURN NULL;
        END $$;
        CREATE TRIGGER consent_recall_members AFTER INSERT ON consent_recall FOR EACH ROW
            WHEN (NEW.recipient_kind = 'case_team') EXECUTE FUNCTION alma_recall_members();
    """)
    own = (
        "SELECT {} FROM consent_recall_member m WHERE m.recall_id = r.id AND m.professional_id = alma_professional_id()"
    )
    answer = f"""coalesce(({own.format("m.acknowledged_at")}), r.acknowledged_at),
        coalesce(({own.format("m.outcome")}), r.outcome)"""
    team = f"""CASE WHEN EXISTS (SELECT FROM consent_recall_member m WHERE m.recall_id = r.id)
        THEN EXISTS ({own.format("")}) ELSE {_IN_THE_TEAM} END"""
    mine = (
        " AND (r.recipient_kind <> 'case_team' OR l.professional_id IS NULL"
        " OR l.professional_id = alma_professional_id())"
    )
    op.execute(_RECALLS % {"mine": mine, "answer": answer, "team": team})
    op.execute(_ANSWERED % _EACH)


def downgrade() -> None:
    op.execute(_RECALLS % {"mine": "", "answer": "r.acknowledged_at, r.outcome", "team": _IN_THE_TEAM})
    op.execute(_ANSWERED % "")
    op.execute("""
        DROP TRIGGER consent_recall_members ON consent_recall;
        DROP FUNCTION alma_recall_members();
        DROP TABLE consent_recall_member;
        ALTER TABLE consent_recall DROP CONSTRAINT uq_consent_recall_person;
        ALTER TABLE consent_release DROP COLUMN professional_id;
    """)
