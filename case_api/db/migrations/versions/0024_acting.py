"""What is done in another's name says so: the appointment that a representative booked, the message that they wrote.

The name stands beside the tie, so that it is still told when the tie is gone. What a representative writes is a
conversation of its own: they read that one and its answers, and nothing that the person writes elsewhere.
"""

from alembic import op

revision = "0024_acting"
down_revision = "0023_one_policy"

ACTED = ("appointment", "conversation", "message")
_REPRESENTED = "(SELECT alma_actor_kind()) = 'citizen' AND person_id = (SELECT alma_open_represented())"
_MY_TIES = (
    "representative_id = alma_person_id() AND confirmed_at IS NOT NULL AND ended_at IS NULL AND suspended_at IS NULL"
)


def upgrade() -> None:
    for table in ACTED:
        op.execute(f"""
            ALTER TABLE {table}
                ADD COLUMN representation_id uuid CONSTRAINT fk_{table}_representation
                    REFERENCES representation ON DELETE SET NULL,
                ADD COLUMN represented_by text,
                ADD CONSTRAINT ck_{table}_represented_by CHECK (
                    represented_by <> '' AND (representation_id IS NULL OR represented_by IS NOT NULL));
            CREATE INDEX ix_{table}_representation ON {table} (representation_id)
                WHERE representation_id IS NOT NULL;
        """)
    # The door has decided before `alma.represented_id` is set; here only what was written by this very tie opens.
    op.execute(f"""
        CREATE POLICY contact_acting ON contact USING ({_REPRESENTED}
            AND person_id IN (SELECT r.person_id FROM representation r WHERE {_MY_TIES}));
        CREATE POLICY conversation_acting ON conversation USING ({_REPRESENTED}
            AND representation_id IN (SELECT r.id FROM representation r WHERE {_MY_TIES}));
        CREATE POLICY message_acting ON message USING ({_REPRESENTED} AND direction <> 'note'
            AND EXISTS (SELECT 1 FROM conversation c
                WHERE c.id = conversation_id AND c.representation_id IS NOT NULL));
    """)


def downgrade() -> None:
    op.execute("""
        DROP POLICY message_acting ON message;
        DROP POLICY conversation_acting ON conversation;
        DROP POLICY contact_acting ON contact;
    """)
    for table in ACTED:
        op.execute(f"ALTER TABLE {table} DROP COLUMN representation_id, DROP COLUMN represented_by")
