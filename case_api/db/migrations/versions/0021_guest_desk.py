"""The staff of a centre see its guests' appointments: there is no person of whom more could be told."""

from alembic import op

revision = "0021_guest_desk"
down_revision = "0020_recipients"

_MINE = "(SELECT alma_person_id())"
_OPEN = "(SELECT alma_shielded_since(alma_person_id())) IS NULL"


def _policy(nobody: str) -> str:
    return f"""
        ALTER POLICY rls_appointment_need ON appointment USING (
            CASE (SELECT alma_actor_kind())
                WHEN 'staff' THEN (unit_id = (SELECT alma_unit_id())
                        OR professional_id = (SELECT alma_professional_id())
                        OR person_id = ANY ((SELECT alma_handling())\\:\\:uuid[])
                        OR coalesce((SELECT true FROM alma_cared c WHERE c.id = person_id), false))
                    AND ({nobody}(SELECT true FROM alma_spoken_of c WHERE c.id = person_id))
                WHEN 'citizen' THEN CASE WHEN person_id = {_MINE}
                    THEN {_OPEN} OR current_setting('alma.assurance', true) = 'high'
                    ELSE alma_shielded_since(person_id) IS NULL END
                WHEN 'client' THEN {_OPEN}
                ELSE true END);
    """


def upgrade() -> None:
    op.execute(_policy("person_id IS NULL OR "))


def downgrade() -> None:
    op.execute(_policy(""))
