"""One policy where two said who may see a row and who needs to: the same rows, for less work in each query.

A policy costs its whole expression at the start of every query, run or not; two of them ask twice who acts. Where a
table had one policy for both reading and writing beside the one of need, they are one now. Elsewhere the need asks
first what is cheap: whether the row is the citizen's own.
"""

from alembic import op

revision = "0023_one_policy"
down_revision = "0022_arrivals"

# By the person whose row it is; the second group has more policies beside, by what is done.
ONE = ("benefit", "case_file", "document", "file_step", "social_history")
BESIDE = (
    "administration_query", "case_team_member", "consent", "consent_event", "consent_release",
    "desk_credential", "history_entry", "household_member", "intervention", "plan", "plan_goal", "referral",
)  # fmt: skip
# `(SELECT … )` is asked once a query, and only when it is needed; what stands plain is cheap enough to ask a row.
_CARED = "coalesce((SELECT true FROM alma_cared c WHERE c.id = person_id), false)"
_OWN = "person_id = alma_person_id() OR person_id = (SELECT alma_open_represented())"
_OPEN = "(SELECT alma_shielded_since(alma_person_id())) IS NULL"
_STAFF_OF_PERSON = """
    (unit_id = (SELECT alma_unit_id()) OR reference_professional_id = alma_professional_id()
        OR id = ANY ((SELECT alma_reach() || alma_handling())::uuid[]))
    AND (shielded_at IS NULL OR reference_professional_id = alma_professional_id()
        OR id = ANY ((SELECT alma_through())::uuid[]))
"""
_CARED_VIEW = """
    CREATE OR REPLACE VIEW alma_cared AS SELECT p.id FROM person p
        WHERE (p.unit_id = (SELECT alma_unit_id())
                OR p.reference_professional_id = {me}
                OR p.id = ANY ((SELECT alma_reach())::uuid[]))
            AND (p.shielded_at IS NULL OR p.reference_professional_id = {me}
                OR p.id = ANY ((SELECT alma_through())::uuid[]))
"""
_STAFF_OF_APPOINTMENT = f"""
    (unit_id = (SELECT alma_unit_id()) OR professional_id = (SELECT alma_professional_id())
        OR person_id = ANY ((SELECT alma_handling())::uuid[]) OR {_CARED})
    AND (person_id IS NULL OR (SELECT true FROM alma_spoken_of c WHERE c.id = person_id))
"""


def upgrade() -> None:
    op.execute(_CARED_VIEW.format(me="alma_professional_id()"))
    for table in ONE:
        _one(table, staff=_CARED, citizen=_OWN, client="person_id = alma_person_id()")
    _one(
        "person",
        staff=_STAFF_OF_PERSON,
        citizen="id = alma_person_id() OR (id = alma_represented_id() AND (shielded_at IS NULL OR alma_sheltered(id)))",
        client="id = alma_person_id()",
    )
    op.execute("DROP POLICY rls_appointment_guest ON appointment")
    _one(
        "appointment",
        staff=_STAFF_OF_APPOINTMENT,
        citizen=f"""CASE WHEN person_id = alma_person_id()
            THEN current_setting('alma.assurance', true) = 'high' OR {_OPEN}
            ELSE person_id = alma_represented_id() AND alma_shielded_since(person_id) IS NULL END""",
        client=f"person_id = alma_person_id() AND {_OPEN}",
        others="contact_id = alma_guest_id()",
    )
    for table in BESIDE:
        op.execute(f"ALTER POLICY rls_{table}_need ON {table} USING ({_need(_OWN)})")


def _one(table: str, *, staff: str, citizen: str, client: str, others: str = "false") -> None:
    op.execute(f"""
        DROP POLICY rls_{table}_need ON {table};
        ALTER POLICY rls_{table}_person ON {table} USING (
            CASE (SELECT alma_actor_kind())
                WHEN 'staff' THEN {staff}
                WHEN 'citizen' THEN {citizen}
                WHEN 'client' THEN {client}
                WHEN 'system' THEN true
                ELSE {others} END);
    """)


def _need(own: str) -> str:
    return f"""
        CASE (SELECT alma_actor_kind())
            WHEN 'staff' THEN {_CARED}
            WHEN 'citizen' THEN {own}
            ELSE true END
    """


def downgrade() -> None:
    me, mine = "alma_professional_id()", "(SELECT alma_person_id())"
    both = f"person_id IN ({mine}, (SELECT alma_open_represented()))"
    op.execute(_CARED_VIEW.format(me=f"(SELECT {me})"))
    for table in BESIDE:
        op.execute(f"ALTER POLICY rls_{table}_need ON {table} USING ({_need(both)})")
    for table in ONE:
        op.execute(f"""
            ALTER POLICY rls_{table}_person ON {table} USING (alma_sees(person_id));
            CREATE POLICY rls_{table}_need ON {table} AS RESTRICTIVE USING ({_need(both)});
        """)
    op.execute(f"""
        ALTER POLICY rls_person_person ON person USING (alma_sees(id));
        CREATE POLICY rls_person_need ON person AS RESTRICTIVE USING (
            CASE (SELECT alma_actor_kind())
                WHEN 'staff' THEN {_STAFF_OF_PERSON.replace(me, f"(SELECT {me})")}
                WHEN 'citizen' THEN id = {mine} OR shielded_at IS NULL OR alma_sheltered(id)
                ELSE true END);
        ALTER POLICY rls_appointment_person ON appointment USING (alma_sees(person_id));
        CREATE POLICY rls_appointment_guest ON appointment USING (contact_id = (SELECT alma_guest_id()));
        CREATE POLICY rls_appointment_need ON appointment AS RESTRICTIVE USING (
            CASE (SELECT alma_actor_kind())
                WHEN 'staff' THEN {_STAFF_OF_APPOINTMENT}
                WHEN 'citizen' THEN CASE WHEN person_id = {mine}
                    THEN {_OPEN} OR current_setting('alma.assurance', true) = 'high'
                    ELSE alma_shielded_since(person_id) IS NULL END
                WHEN 'client' THEN {_OPEN}
                ELSE true END);
    """)
