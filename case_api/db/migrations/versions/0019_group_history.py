"""Every change of a group's date in the agenda's history; a place taken or given back is no change of the date."""

from alembic import op

revision = "0019_group_history"
down_revision = "0018_guests"


def upgrade() -> None:
    op.execute("""
        CREATE TRIGGER agenda_note AFTER INSERT OR UPDATE OF state, during, professional_id, second_professional_id,
            room_id, places, mode ON group_session FOR EACH ROW
            WHEN (coalesce(current_setting('alma.actor_kind', true), '') <> '') EXECUTE FUNCTION agenda_note();
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER agenda_note ON group_session")
