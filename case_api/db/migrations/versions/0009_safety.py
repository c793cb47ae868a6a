"""Shields, break-glass and its review, challenges to the access log, the log month by month; staff see by need."""

from alembic import op

revision = "0009_safety"
down_revision = "0008_household"

# Whose rows hold more than who somebody is and when they come: a professional sees those of whom they care for.
NEEDED = (
    "social_history", "case_file", "file_step", "document", "benefit", "household_member", "intervention",
    "history_entry", "plan", "plan_goal", "consent", "consent_event", "consent_release", "administration_query",
    "desk_credential", "case_team_member", "referral",
)  # fmt: skip
_STAFF = "(SELECT alma_actor_kind()) = 'staff'"
_MINE = "(SELECT alma_person_id())"
_OPEN = "(SELECT alma_shielded_since(alma_person_id())) IS NULL"
_LOG_COLUMNS = """
    id uuid NOT NULL,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    unit_id uuid,
    role text,
    purpose text NOT NULL,
    action text NOT NULL,
    outcome text NOT NULL CONSTRAINT ck_access_entry_outcome CHECK (outcome IN ('allowed', 'denied', 'step_up')),
    rule text NOT NULL,
    basis text,
    level text NOT NULL,
    object_kind text NOT NULL,
    object_id text NOT NULL,
    person_id uuid,
    commitment bytea NOT NULL CONSTRAINT ck_access_entry_commitment CHECK (octet_length(commitment) = 32)
"""


def upgrade() -> None:
    _tables()
    _functions()
    _log_by_month()
    _policies()
    _channels()


def _tables() -> None:
    op.execute("""
        -- `protected`: a team whose name alone says what it is about. `urgency`: it may break the glass of a shield.
        ALTER TABLE unit
            ADD COLUMN protected boolean NOT NULL DEFAULT false,
            ADD COLUMN urgency boolean NOT NULL DEFAULT false;
        -- Since when a shield stands over the person; a trigger keeps it, so that no query needs to look further.
        ALTER TABLE person ADD COLUMN shielded_at timestamptz;
        -- An agenda is read by time, and `lower()` of a range cannot be looked up below a policy.
        ALTER TABLE appointment
            ADD COLUMN begins_at timestamptz GENERATED ALWAYS AS (lower(during)) STORED;
        CREATE INDEX ix_appointment_unit_begins ON appointment (unit_id, begins_at);
        CREATE INDEX ix_case_team_member_professional ON case_team_member (professional_id, ends_at);

        -- Who may set shields, named and dated.
        CREATE TABLE protection_officer (
            professional_id uuid CONSTRAINT pk_protection_officer PRIMARY KEY
                CONSTRAINT fk_protection_officer_professional REFERENCES professional,
            since timestamptz NOT NULL,
            until timestamptz CONSTRAINT ck_protection_officer_until CHECK (until > since)
        );
        CREATE TABLE shield (
            id uuid CONSTRAINT pk_shield PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_shield_person REFERENCES person,
            -- The shield of whoever has custody, when this one follows it.
            because_of uuid CONSTRAINT fk_shield_because_of REFERENCES shield,
            kind text NOT NULL CONSTRAINT ck_shield_kind
                CHECK (kind IN ('gender_violence', 'protected_address', 'child_protection')),
            reason text NOT NULL CONSTRAINT ck_shield_reason CHECK (reason <> ''),
            set_at timestamptz NOT NULL,
            set_by uuid NOT NULL CONSTRAINT fk_shield_set_by REFERENCES professional,
            review_on date NOT NULL,
            lifted_at timestamptz,
            lifted_by uuid CONSTRAINT fk_shield_lifted_by REFERENCES professional,
            lifted_why text,
            CONSTRAINT ck_shield_lifted CHECK (
                (lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (coalesce(lifted_why, '') = ''))
        );
        CREATE UNIQUE INDEX uq_shield_standing ON shield (person_id) WHERE lifted_at IS NULL;
        CREATE TABLE shield_member (
            shield_id uuid NOT NULL CONSTRAINT fk_shield_member_shield REFERENCES shield,
            person_id uuid NOT NULL,
            professional_id uuid NOT NULL CONSTRAINT fk_shield_member_professional REFERENCES professional,
            since timestamptz NOT NULL,
            until timestamptz,
            added_by uuid NOT NULL CONSTRAINT fk_shield_member_added_by REFERENCES professional,
            CONSTRAINT pk_shield_member PRIMARY KEY (shield_id, professional_id)
        );
        CREATE INDEX ix_shield_member_professional ON shield_member (professional_id);
        -- Whom the person was tied to when the shield was set: what those may read must not betray it.
        CREATE TABLE shield_tie (
            shield_id uuid NOT NULL CONSTRAINT fk_shield_tie_shield REFERENCES shield,
            person_id uuid NOT NULL,
            what text NOT NULL CONSTRAINT ck_shield_tie_what CHECK (what IN ('household', 'representation')),
            CONSTRAINT pk_shield_tie PRIMARY KEY (shield_id, person_id, what)
        );
        CREATE INDEX ix_shield_tie_person ON shield_tie (person_id);

        -- `person_id` is empty when nobody has the identifier that was typed: the row is made all the same.
        CREATE TABLE broken_glass (
            id uuid CONSTRAINT pk_broken_glass PRIMARY KEY,
            professional_id uuid NOT NULL CONSTRAINT fk_broken_glass_professional REFERENCES professional,
            actor_id text NOT NULL,
            unit_id uuid NOT NULL CONSTRAINT fk_broken_glass_unit REFERENCES unit,
            urgency boolean NOT NULL,
            person_id uuid,
            identifier_hash bytea NOT NULL,
            reason text NOT NULL CONSTRAINT ck_broken_glass_reason CHECK (length(reason) >= 20),
            opened_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            reviewed_at timestamptz,
            reviewed_by uuid CONSTRAINT fk_broken_glass_reviewed_by REFERENCES professional,
            review_unit_id uuid,
            finding text CONSTRAINT ck_broken_glass_finding CHECK (finding IN ('justified', 'not_justified')),
            review text,
            held_until date,
            held_why text,
            noticed_at timestamptz,
            CONSTRAINT ck_broken_glass_hour
                CHECK (ends_at > opened_at AND ends_at <= opened_at + interval '60 minutes'),
            CONSTRAINT ck_broken_glass_another CHECK (reviewed_by <> professional_id AND review_unit_id <> unit_id),
            CONSTRAINT ck_broken_glass_reviewed CHECK (
                (reviewed_at IS NULL) = (reviewed_by IS NULL) AND (reviewed_at IS NULL) = (finding IS NULL)
                AND (reviewed_at IS NULL) = (review_unit_id IS NULL)
                AND (reviewed_at IS NULL) = (coalesce(review, '') = '')),
            CONSTRAINT ck_broken_glass_held CHECK ((held_until IS NULL) = (coalesce(held_why, '') = ''))
        );
        -- No second one before the first was reviewed.
        CREATE UNIQUE INDEX uq_broken_glass_waiting ON broken_glass (professional_id) WHERE reviewed_at IS NULL;
        CREATE INDEX ix_broken_glass_person ON broken_glass (person_id, opened_at);
        CREATE INDEX ix_broken_glass_review ON broken_glass (opened_at) WHERE noticed_at IS NULL;

        CREATE TABLE log_challenge (
            id uuid CONSTRAINT pk_log_challenge PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_log_challenge_person REFERENCES person,
            -- The look, and the others that the citizen's page shows as one with it.
            entry_id uuid NOT NULL CONSTRAINT uq_log_challenge_entry UNIQUE,
            entries uuid[] NOT NULL,
            words text NOT NULL CONSTRAINT ck_log_challenge_words CHECK (words <> ''),
            asked_at timestamptz NOT NULL,
            due_on date NOT NULL,
            answered_at timestamptz,
            answered_by uuid CONSTRAINT fk_log_challenge_answered_by REFERENCES professional,
            finding text CONSTRAINT ck_log_challenge_finding CHECK (finding IN ('justified', 'not_justified')),
            answer text,
            name_told text,
            CONSTRAINT ck_log_challenge_answered CHECK (
                (answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (finding IS NULL)
                AND (answered_at IS NULL) = (coalesce(answer, '') = '')),
            CONSTRAINT ck_log_challenge_name CHECK (name_told IS NULL OR answered_at IS NOT NULL)
        );
        CREATE INDEX ix_log_challenge_person ON log_challenge (person_id, asked_at);
        CREATE INDEX ix_log_challenge_open ON log_challenge (due_on) WHERE answered_at IS NULL;

        -- Entries whose values were removed by a rule, signed: verification accepts these gaps and no others.
        CREATE TABLE access_drop (
            number bigint CONSTRAINT pk_access_drop PRIMARY KEY,
            month date NOT NULL,
            first_position bigint NOT NULL,
            last_position bigint NOT NULL,
            link bytea NOT NULL,
            reason text NOT NULL CONSTRAINT ck_access_drop_reason CHECK (reason <> ''),
            dropped_at timestamptz NOT NULL,
            signature bytea NOT NULL,
            CONSTRAINT ck_access_drop_positions CHECK (first_position > 0 AND last_position >= first_position)
        );
    """)


def _functions() -> None:
    op.execute("""
        CREATE FUNCTION alma_professional_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
            RETURN nullif(current_setting('alma.professional_id', true), '')::uuid;
        CREATE FUNCTION alma_unit_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
            RETURN nullif(current_setting('alma.unit_id', true), '')::uuid;
        CREATE FUNCTION alma_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
            RETURN coalesce(current_setting('alma.role', true), '');
        -- The clock of the unit of work, which tests set.
        CREATE FUNCTION alma_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
            RETURN coalesce(nullif(current_setting('alma.now', true), '')::timestamptz, now());

        -- People for whose shield the acting professional is named.
        CREATE FUNCTION alma_designated() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            RETURN (SELECT coalesce(array_agg(m.person_id), '{}') FROM shield_member m
                JOIN shield s ON s.id = m.shield_id
                WHERE m.professional_id = alma_professional_id() AND s.lifted_at IS NULL
                    AND (m.until IS NULL OR m.until > alma_now()));
        -- People whose glass the acting professional has broken: `shields` by an urgency service, which sees N5.
        CREATE FUNCTION alma_glass(shields boolean) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            RETURN (SELECT coalesce(array_agg(person_id), '{}') FROM broken_glass
                WHERE professional_id = alma_professional_id() AND opened_at <= alma_now() AND ends_at > alma_now()
                    AND person_id IS NOT NULL AND (urgency OR NOT shields));
        -- Beside their unit and those they are the reference of: teams, referrals, broken glass; and their own people,
        -- whom nobody opens as staff, so that this can be noticed.
        CREATE FUNCTION alma_reach() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
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
            ) AS everybody);
        -- Whom the unit of work says that it is dealing with (`handling` of the door): identity and agenda, no more.
        CREATE FUNCTION alma_handling() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
            RETURN string_to_array(nullif(current_setting('alma.handling', true), ''), ',')::uuid[];

        -- Two people under one shield: whoever has custody still acts for the child.
        CREATE FUNCTION alma_sheltered(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            RETURN EXISTS (SELECT FROM shield theirs JOIN shield mine ON mine.person_id = alma_person_id()
                    AND mine.lifted_at IS NULL
                    AND coalesce(mine.because_of, mine.id) = coalesce(theirs.because_of, theirs.id)
                WHERE theirs.person_id = who AND theirs.lifted_at IS NULL);

        -- Those whose shield lets the acting professional through.
        CREATE FUNCTION alma_through() RETURNS uuid[] LANGUAGE sql STABLE
            RETURN alma_designated() || alma_glass(true);
        -- Whom a citizen represents now, unless a shield stands between the two.
        CREATE FUNCTION alma_open_represented() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            RETURN (SELECT id FROM person WHERE id = alma_represented_id()
                AND (shielded_at IS NULL OR alma_sheltered(id)));

        -- Whom the acting professional cares for; and over whom nothing bids them be silent. Identifiers, for policies.
        CREATE VIEW alma_cared AS SELECT p.id FROM person p
            WHERE (p.unit_id = (SELECT alma_unit_id())
                    OR p.reference_professional_id = (SELECT alma_professional_id())
                    OR p.id = ANY ((SELECT alma_reach())::uuid[]))
                AND (p.shielded_at IS NULL OR p.reference_professional_id = (SELECT alma_professional_id())
                    OR p.id = ANY ((SELECT alma_through())::uuid[]));
        CREATE VIEW alma_spoken_of AS SELECT p.id FROM person p
            WHERE (SELECT alma_professional_id()) IS NOT NULL
                AND (p.shielded_at IS NULL OR p.id = ANY ((SELECT alma_through())::uuid[]));
        REVOKE ALL ON alma_spoken_of FROM alma_app;
        GRANT SELECT ON alma_spoken_of TO alma_app;
        REVOKE ALL ON alma_cared FROM alma_app;
        GRANT SELECT ON alma_cared TO alma_app;

        -- What a decision is made from, whether or not the actor may see the row: one row, always.
        CREATE FUNCTION alma_facts(who uuid, OUT known boolean, OUT unit_id uuid, OUT reference_professional_id uuid,
            OUT shielded_at timestamptz, OUT designated boolean, OUT sheltered boolean, OUT glass_at timestamptz,
            OUT urgency boolean)
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            SELECT true, p.unit_id, p.reference_professional_id, p.shielded_at
                INTO known, unit_id, reference_professional_id, shielded_at FROM person p WHERE p.id = who;
            known := coalesce(known, false);
            designated := false; sheltered := false; urgency := false;
            IF alma_actor_kind() = 'staff' THEN
                SELECT g.opened_at, g.urgency INTO glass_at, urgency FROM broken_glass g
                    WHERE g.professional_id = alma_professional_id() AND g.person_id = who
                        AND g.opened_at <= alma_now() AND g.ends_at > alma_now();
                urgency := coalesce(urgency, false);
            END IF;
            IF shielded_at IS NOT NULL THEN
                designated := who = ANY (alma_designated());
                sheltered := alma_sheltered(who);
            END IF;
        END $$;

        -- Whether words about this person must stay unsaid before the acting professional.
        CREATE FUNCTION alma_silenced(who uuid) RETURNS boolean
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            IF who IS NULL OR NOT EXISTS (SELECT FROM person p WHERE p.id = who AND p.shielded_at IS NOT NULL) THEN
                RETURN false;
            END IF;
            RETURN NOT (who = ANY (alma_designated()) OR who = ANY (alma_glass(true)));
        END $$;
        CREATE FUNCTION alma_shielded_since(who uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp RETURN (SELECT shielded_at FROM person WHERE id = who);
        CREATE FUNCTION alma_may_shield() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            RETURN EXISTS (SELECT FROM protection_officer WHERE professional_id = alma_professional_id()
                AND since <= alma_now() AND (until IS NULL OR until > alma_now()));
        -- Who bears this complete identifier: for the glass, which answers the same when nobody does.
        CREATE FUNCTION alma_bearer(identifier text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            RETURN (SELECT (array_agg(bearer))[1] FROM (
                SELECT id AS bearer FROM person WHERE document_number = identifier
                UNION ALL SELECT id FROM person WHERE nihsucm = identifier
                UNION ALL SELECT person_id FROM social_history
                    WHERE number IN (identifier, regexp_replace(identifier, '^HS', 'HS/'))) AS bearers);
        -- Whether this colleague has reviewed the acting professional before.
        CREATE FUNCTION alma_reviewed_by(colleague uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            RETURN EXISTS (SELECT FROM broken_glass
                WHERE professional_id = alma_professional_id() AND reviewed_by = colleague);

        CREATE FUNCTION shield_changed() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            UPDATE person SET shielded_at = (SELECT set_at FROM shield WHERE person_id = NEW.person_id
                AND lifted_at IS NULL) WHERE id = NEW.person_id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER shield_changed AFTER INSERT OR UPDATE ON shield FOR EACH ROW EXECUTE FUNCTION shield_changed();

        -- One shield, with the team that is named for it.
        CREATE FUNCTION alma_shield_one(made uuid, who uuid, root uuid, how text, why text, review date, team uuid[])
            RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            INSERT INTO shield (id, person_id, because_of, kind, reason, set_at, set_by, review_on)
                VALUES (made, who, root, how, why, alma_now(), alma_professional_id(), review);
            INSERT INTO shield_member (shield_id, person_id, professional_id, since, added_by)
                SELECT made, who, one, alma_now(), alma_professional_id() FROM unnest(team) AS one;
        END $$;
        REVOKE ALL ON FUNCTION alma_shield_one(uuid, uuid, uuid, text, text, date, uuid[]) FROM PUBLIC;

        -- Set a shield over a person and the minors in their custody, cut what ties them to a household, and take
        -- every address of theirs for unsafe: all at once. Gives whom it covers. The caller has been let through.
        CREATE FUNCTION alma_shield(made uuid, who uuid, how text, why text, review date, team uuid[], today date)
            RETURNS uuid[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            covered uuid[] = ARRAY[who];
            child uuid;
            home uuid;
        BEGIN
            IF NOT alma_may_shield() THEN
                RAISE EXCEPTION 'not a protection officer' USING ERRCODE = 'insufficient_privilege';
            END IF;
            PERFORM alma_shield_one(made, who, NULL, how, why, review, team);
            FOR child IN SELECT DISTINCT r.person_id FROM representation r JOIN person p ON p.id = r.person_id
                WHERE r.representative_id = who AND r.kind IN ('parent', 'tutor') AND r.confirmed_at IS NOT NULL
                    AND r.ended_at IS NULL AND r.suspended_at IS NULL AND (r.ends_at IS NULL OR r.ends_at > alma_now())
                    AND p.birth_date > today - interval '18 years' AND p.shielded_at IS NULL
            LOOP
                PERFORM alma_shield_one(gen_random_uuid(), child, made, how, why, review, team);
                covered = covered || child;
            END LOOP;

            INSERT INTO shield_tie (shield_id, person_id, what)
                SELECT DISTINCT made, other.person_id, 'household' FROM household_member own
                    JOIN household_member other ON other.household_id = own.household_id
                    WHERE own.person_id = ANY (covered) AND own.left_on IS NULL AND other.person_id <> ALL (covered)
                UNION SELECT DISTINCT made, other, 'representation' FROM representation r,
                    unnest(ARRAY[r.person_id, r.representative_id]) AS other
                    WHERE (r.person_id = ANY (covered) OR r.representative_id = ANY (covered))
                        AND other IS NOT NULL AND other <> ALL (covered);

            SELECT household_id INTO home FROM household_member WHERE person_id = who AND left_on IS NULL;
            IF home IS NOT NULL AND EXISTS (SELECT FROM household_member
                    WHERE household_id = home AND left_on IS NULL AND person_id <> ALL (covered)) THEN
                UPDATE household_member SET left_on = greatest(joined_on, today)
                    WHERE person_id = ANY (covered) AND left_on IS NULL;
                IF cardinality(covered) > 1 THEN
                    home = gen_random_uuid();
                    INSERT INTO household (id, formed_on) VALUES (home, today);
                    INSERT INTO household_member (id, household_id, person_id, relationship, joined_on, recorded_by)
                        SELECT gen_random_uuid(), home, one, CASE one WHEN who THEN 'holder' ELSE 'child' END, today,
                            alma_professional_id() FROM unnest(covered) AS one;
                END IF;
            END IF;

            UPDATE address SET unsafe_at = alma_now(), unsafe_reason = 'shield'
                WHERE person_id = ANY (covered)
                    OR contact_id IN (SELECT id FROM contact WHERE person_id = ANY (covered));
            RETURN covered;
        END $$;

        -- An entry of the log that its own person must not read (yet): it would betray somebody else's shield, or an
        -- urgent look whose notice is held back.
        CREATE FUNCTION alma_withheld(who uuid, kind text, actor text, unit uuid, rule text, at timestamptz)
            RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            IF kind <> 'staff' THEN
                RETURN false;
            END IF;
            IF EXISTS (SELECT FROM unit u WHERE u.id = unit AND u.protected)
                    AND NOT EXISTS (SELECT FROM shield s WHERE s.person_id = who) THEN
                RETURN true;
            END IF;
            IF rule = 'break-glass' AND EXISTS (SELECT FROM broken_glass g WHERE g.person_id = who
                    AND g.actor_id = actor AND at >= g.opened_at AND at <= g.ends_at
                    AND (g.noticed_at IS NULL OR g.noticed_at > alma_now())) THEN
                RETURN true;
            END IF;
            RETURN EXISTS (SELECT FROM shield_tie t JOIN shield s ON s.id = t.shield_id
                JOIN shield_member m ON m.shield_id = s.id JOIN professional p ON p.id = m.professional_id
                WHERE t.person_id = who AND actor IN (p.login, p.id::text) AND at >= s.set_at - interval '1 day'
                    AND (s.lifted_at IS NULL OR at <= s.lifted_at));
        END $$;
    """)


def _log_by_month() -> None:
    op.execute(f"""
        ALTER TABLE access_entry RENAME TO access_entry_whole;
        ALTER TABLE access_entry_whole RENAME CONSTRAINT pk_access_entry TO pk_access_entry_whole;
        ALTER INDEX ix_access_entry_person RENAME TO ix_access_entry_whole_person;
        ALTER INDEX ix_access_entry_commit_order RENAME TO ix_access_entry_whole_commit_order;
        CREATE TABLE access_entry ({_LOG_COLUMNS}, CONSTRAINT pk_access_entry PRIMARY KEY (id, at))
            PARTITION BY RANGE (at);
        CREATE INDEX ix_access_entry_person ON access_entry (person_id, at) WHERE person_id IS NOT NULL;
        CREATE INDEX ix_access_entry_commit_order ON access_entry (txid, id);
        -- What no month was made for: the log is never refused for that.
        CREATE TABLE access_entry_other PARTITION OF access_entry DEFAULT;
        ALTER TABLE access_entry_other ENABLE ROW LEVEL SECURITY;
        REVOKE ALL ON access_entry_other FROM alma_app;

        -- Months are of UTC. Makes this one, those ahead, and those that rows are waiting for; gives how many.
        CREATE FUNCTION alma_log_months(ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '5s' AS $$
        DECLARE
            month timestamptz;
            part text;
            made integer = 0;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtext('alma.access.months'));
            FOR month IN
                SELECT date_trunc('month', now()) + make_interval(months => n)
                FROM generate_series(0, least(ahead, 24)) AS n
                UNION SELECT DISTINCT date_trunc('month', at) FROM access_entry_other
                    WHERE at < now() + make_interval(months => 24)
            LOOP
                part = 'access_entry_' || to_char(month, 'YYYY_MM');
                CONTINUE WHEN to_regclass('public.' || part) IS NOT NULL;
                EXECUTE format('CREATE TABLE %I (LIKE access_entry INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
                EXECUTE format('REVOKE ALL ON %I FROM alma_app', part);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
                EXECUTE format('WITH moved AS (DELETE FROM access_entry_other WHERE at >= %L AND at < %L RETURNING *) '
                    'INSERT INTO %I SELECT * FROM moved', month, month + interval '1 month', part);
                EXECUTE format('ALTER TABLE access_entry ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                    part, month, month + interval '1 month');
                made = made + 1;
            END LOOP;
            RETURN made;
        END $$;
        REVOKE ALL ON FUNCTION alma_log_months(integer) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION alma_log_months(integer) TO alma_app;

        INSERT INTO access_entry SELECT * FROM access_entry_whole;
        DROP TABLE access_entry_whole;
        SELECT alma_log_months(2);

        REVOKE ALL ON access_entry, access_drop FROM alma_app;
        GRANT SELECT, INSERT ON access_entry TO alma_app;
        GRANT SELECT ON access_drop TO alma_app;
        ALTER TABLE access_entry ENABLE ROW LEVEL SECURITY;
        -- Written on a connection that has no actor: INSERT … RETURNING would need the policy for SELECT.
        CREATE POLICY rls_access_entry_write ON access_entry FOR INSERT WITH CHECK (true);
        ALTER TABLE access_drop ENABLE ROW LEVEL SECURITY;
        CREATE POLICY rls_access_drop_system ON access_drop FOR SELECT USING (alma_actor_kind() = 'system');
    """)


# `(SELECT true FROM … )` and not EXISTS: it is looked up row by row, where EXISTS would be answered by a table of
# everybody made anew for each query.
def _policies() -> None:
    op.execute(f"""
        CREATE POLICY rls_person_need ON person AS RESTRICTIVE USING (
            CASE (SELECT alma_actor_kind())
                WHEN 'staff' THEN (unit_id = (SELECT alma_unit_id())
                        OR reference_professional_id = (SELECT alma_professional_id())
                        OR id = ANY ((SELECT alma_reach() || alma_handling())::uuid[]))
                    AND (shielded_at IS NULL OR reference_professional_id = (SELECT alma_professional_id())
                        OR id = ANY ((SELECT alma_through())::uuid[]))
                WHEN 'citizen' THEN id = {_MINE} OR shielded_at IS NULL OR alma_sheltered(id)
                ELSE true END);
        -- The agenda of a unit is its own; under a shield it is N5, for the person too.
        CREATE POLICY rls_appointment_need ON appointment AS RESTRICTIVE USING (
            CASE (SELECT alma_actor_kind())
                WHEN 'staff' THEN (unit_id = (SELECT alma_unit_id())
                        OR professional_id = (SELECT alma_professional_id())
                        OR person_id = ANY ((SELECT alma_handling())::uuid[])
                        OR coalesce((SELECT true FROM alma_cared c WHERE c.id = person_id), false))
                    AND (SELECT true FROM alma_spoken_of c WHERE c.id = person_id)
                WHEN 'citizen' THEN CASE WHEN person_id = {_MINE}
                    THEN {_OPEN} OR current_setting('alma.assurance', true) = 'high'
                    ELSE alma_shielded_since(person_id) IS NULL END
                WHEN 'client' THEN {_OPEN}
                ELSE true END);
        CREATE POLICY rls_representation_shield ON representation AS RESTRICTIVE USING (
            CASE (SELECT alma_actor_kind())
                WHEN 'staff' THEN coalesce((SELECT true FROM alma_cared c WHERE c.id = person_id), false)
                    OR (alma_shielded_since(person_id) IS NULL
                        AND coalesce((SELECT true FROM alma_cared c WHERE c.id = representative_id), false))
                WHEN 'citizen' THEN person_id = {_MINE} OR alma_shielded_since(person_id) IS NULL
                    OR alma_sheltered(person_id)
                ELSE true END);
    """)
    for table in NEEDED:
        op.execute(f"""
            CREATE POLICY rls_{table}_need ON {table} AS RESTRICTIVE USING (
                CASE (SELECT alma_actor_kind())
                    WHEN 'staff' THEN coalesce((SELECT true FROM alma_cared c WHERE c.id = person_id), false)
                    WHEN 'citizen' THEN person_id IN ({_MINE}, (SELECT alma_open_represented()))
                    ELSE true END);
        """)
    for table in ("shield", "shield_member", "shield_tie", "protection_officer", "broken_glass", "log_challenge"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; REVOKE ALL ON {table} FROM alma_app;")
    op.execute(f"""
        GRANT SELECT, INSERT ON shield, shield_member, shield_tie, broken_glass, log_challenge TO alma_app;
        GRANT SELECT ON protection_officer TO alma_app;
        GRANT UPDATE (lifted_at, lifted_by, lifted_why, review_on) ON shield TO alma_app;
        GRANT UPDATE (until) ON shield_member TO alma_app;
        GRANT UPDATE (reviewed_at, reviewed_by, review_unit_id, finding, review, held_until, held_why, noticed_at)
            ON broken_glass TO alma_app;
        GRANT UPDATE (answered_at, answered_by, finding, answer, name_told) ON log_challenge TO alma_app;

        CREATE POLICY rls_protection_officer_read ON protection_officer FOR SELECT USING (
            alma_actor_kind() = 'system' OR professional_id = alma_professional_id());
        -- Only the team named for a shield knows of it.
        CREATE POLICY rls_shield_read ON shield FOR SELECT USING (alma_actor_kind() = 'system'
            OR ({_STAFF} AND (person_id = ANY ((SELECT alma_designated())::uuid[])
                OR set_by = alma_professional_id())));
        CREATE POLICY rls_shield_set ON shield FOR INSERT
            WITH CHECK ({_STAFF} AND alma_may_shield() AND set_by = alma_professional_id());
        CREATE POLICY rls_shield_lift ON shield FOR UPDATE
            USING ({_STAFF} AND alma_may_shield() AND person_id = ANY ((SELECT alma_designated())::uuid[]))
            WITH CHECK (true);
        CREATE POLICY rls_shield_member_read ON shield_member FOR SELECT USING (alma_actor_kind() = 'system'
            OR ({_STAFF} AND (person_id = ANY ((SELECT alma_designated())::uuid[])
                OR professional_id = alma_professional_id())));
        CREATE POLICY rls_shield_member_name ON shield_member FOR INSERT
            WITH CHECK ({_STAFF} AND alma_may_shield() AND added_by = alma_professional_id());
        CREATE POLICY rls_shield_member_end ON shield_member FOR UPDATE
            USING ({_STAFF} AND alma_may_shield() AND person_id = ANY ((SELECT alma_designated())::uuid[]))
            WITH CHECK (true);
        CREATE POLICY rls_shield_tie_read ON shield_tie FOR SELECT USING (alma_actor_kind() = 'system'
            OR ({_STAFF} AND EXISTS (SELECT FROM shield s WHERE s.id = shield_id)));
        CREATE POLICY rls_shield_tie_write ON shield_tie FOR INSERT WITH CHECK ({_STAFF} AND alma_may_shield());

        CREATE POLICY rls_broken_glass_read ON broken_glass FOR SELECT USING (alma_actor_kind() = 'system'
            OR ({_STAFF} AND (professional_id = alma_professional_id()
                OR (alma_role() IN ('coordinator', 'data_protection') AND unit_id <> alma_unit_id()))));
        CREATE POLICY rls_broken_glass_break ON broken_glass FOR INSERT WITH CHECK ({_STAFF}
            AND professional_id = alma_professional_id() AND unit_id = alma_unit_id()
            AND actor_id = current_setting('alma.actor_id', true) AND reviewed_at IS NULL AND noticed_at IS NULL
            AND urgency = (SELECT u.urgency FROM unit u WHERE u.id = unit_id));
        -- A second person, of another unit, and never one whom this professional has reviewed.
        CREATE POLICY rls_broken_glass_review ON broken_glass FOR UPDATE
            USING (alma_actor_kind() = 'system' OR ({_STAFF} AND reviewed_at IS NULL
                AND professional_id <> alma_professional_id() AND unit_id <> alma_unit_id()
                AND alma_role() IN ('coordinator', 'data_protection') AND NOT alma_reviewed_by(professional_id)))
            WITH CHECK (alma_actor_kind() = 'system' OR reviewed_by = alma_professional_id());

        CREATE POLICY rls_log_challenge_read ON log_challenge FOR SELECT USING (alma_actor_kind() = 'system'
            OR (alma_actor_kind() IN ('citizen', 'client') AND person_id = alma_person_id())
            OR ({_STAFF} AND alma_role() = 'data_protection'));
        CREATE POLICY rls_log_challenge_ask ON log_challenge FOR INSERT WITH CHECK (
            alma_actor_kind() = 'citizen' AND person_id = alma_person_id() AND answered_at IS NULL);
        CREATE POLICY rls_log_challenge_answer ON log_challenge FOR UPDATE
            USING ({_STAFF} AND alma_role() = 'data_protection' AND answered_at IS NULL)
            WITH CHECK (answered_by = alma_professional_id());

        CREATE POLICY rls_access_entry_read ON access_entry FOR SELECT USING (
            CASE (SELECT alma_actor_kind())
                WHEN 'system' THEN true
                WHEN 'citizen' THEN person_id = {_MINE}
                    AND NOT alma_withheld(person_id, actor_kind, actor_id, unit_id, rule, at)
                WHEN 'client' THEN person_id = {_MINE}
                    AND NOT alma_withheld(person_id, actor_kind, actor_id, unit_id, rule, at)
                WHEN 'staff' THEN EXISTS (SELECT FROM log_challenge c
                        WHERE c.person_id = access_entry.person_id AND access_entry.id = ANY (c.entries))
                    OR (rule = 'break-glass' AND EXISTS (SELECT FROM broken_glass g
                        WHERE g.person_id = access_entry.person_id AND g.actor_id = access_entry.actor_id
                            AND g.professional_id <> (SELECT alma_professional_id())
                            AND access_entry.at >= g.opened_at AND access_entry.at <= g.ends_at))
                ELSE false END);
    """)


def _channels() -> None:
    """Words with and about a shielded person: for the team named, and nobody else of the staff."""
    op.execute("""
        CREATE FUNCTION alma_silenced_contact(which uuid) RETURNS boolean
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            RETURN alma_silenced((SELECT person_id FROM contact WHERE id = which));
        END $$;
        CREATE FUNCTION alma_silenced_conversation(which uuid) RETURNS boolean
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            found record;
        BEGIN
            SELECT c.person_id, k.person_id AS holder INTO found
                FROM conversation c JOIN contact k ON k.id = c.contact_id WHERE c.id = which;
            RETURN alma_silenced(found.person_id) OR (found.holder IS DISTINCT FROM found.person_id
                AND alma_silenced(found.holder));
        END $$;
    """)
    for table, silenced in (
        ("contact", "alma_silenced(person_id)"),
        ("address", "alma_silenced(person_id) OR alma_silenced_contact(contact_id)"),
        ("conversation", "alma_silenced(person_id) OR alma_silenced_contact(contact_id)"),
        ("message", "alma_silenced(person_id) OR alma_silenced_conversation(conversation_id)"),
    ):
        # The person's own telephones are N5 under a shield.
        own = (
            "WHEN 'citizen' THEN alma_shielded_since(person_id) IS NULL "
            "OR current_setting('alma.assurance', true) = 'high'"
            if table == "address"
            else ""
        )
        op.execute(f"""
            CREATE POLICY {table}_shield ON {table} AS RESTRICTIVE USING (
                CASE (SELECT alma_actor_kind()) WHEN 'staff' THEN NOT ({silenced}) {own} ELSE true END);
        """)


def downgrade() -> None:
    for table in ("contact", "address", "conversation", "message"):
        op.execute(f"DROP POLICY {table}_shield ON {table}")
    for table in NEEDED:
        op.execute(f"DROP POLICY rls_{table}_need ON {table}")
    op.execute(f"""
        DROP POLICY rls_representation_shield ON representation;
        DROP POLICY rls_appointment_need ON appointment;
        DROP POLICY rls_person_need ON person;
        CREATE TABLE access_entry_whole ({_LOG_COLUMNS});
        INSERT INTO access_entry_whole SELECT * FROM access_entry;
        DROP TABLE access_entry;
        ALTER TABLE access_entry_whole RENAME TO access_entry;
        ALTER TABLE access_entry ADD CONSTRAINT pk_access_entry PRIMARY KEY (id);
        CREATE INDEX ix_access_entry_person ON access_entry (person_id, at) WHERE person_id IS NOT NULL;
        CREATE INDEX ix_access_entry_commit_order ON access_entry (txid, id);
        REVOKE ALL ON access_entry FROM alma_app;
        GRANT SELECT, INSERT ON access_entry TO alma_app;
        ALTER TABLE access_entry ENABLE ROW LEVEL SECURITY;
        CREATE POLICY rls_access_entry_write ON access_entry FOR INSERT WITH CHECK (true);
        CREATE POLICY rls_access_entry_read ON access_entry FOR SELECT USING (
            alma_actor_kind() = 'system'
            OR (alma_actor_kind() IN ('citizen', 'client') AND person_id = alma_person_id()));
        DROP FUNCTION IF EXISTS alma_silenced_conversation(uuid), alma_silenced_contact(uuid), alma_log_months(integer),
            alma_withheld(uuid, text, text, uuid, text, timestamptz),
            alma_shield(uuid, uuid, text, text, date, uuid[], date),
            alma_shield_one(uuid, uuid, uuid, text, text, date, uuid[]);
        DROP TABLE access_drop, log_challenge, shield_tie, shield_member, shield, protection_officer CASCADE;
        DROP FUNCTION IF EXISTS shield_changed(), alma_bearer(text), alma_shielded_since(uuid), alma_silenced(uuid),
            alma_facts(uuid);
        DROP VIEW IF EXISTS alma_cared, alma_spoken_of;
        DROP TABLE broken_glass CASCADE;
        DROP FUNCTION IF EXISTS alma_through(), alma_open_represented();
        DROP FUNCTION IF EXISTS alma_sheltered(uuid), alma_handling(), alma_reach(), alma_glass(boolean),
            alma_designated(),
            alma_reviewed_by(uuid), alma_may_shield(), alma_now(), alma_role(), alma_unit_id(), alma_professional_id();
        DROP INDEX IF EXISTS ix_case_team_member_professional;
        ALTER TABLE appointment DROP COLUMN begins_at;
        ALTER TABLE person DROP COLUMN shielded_at;
        ALTER TABLE unit DROP COLUMN protected, DROP COLUMN urgency;
    """)
