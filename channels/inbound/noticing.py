"""What a message's words may mean: danger, a child, another language. Suggestions, marked as such: people decide."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.access.purposes import Purpose
from case_api.errors import DomainError
from case_api.settings import settings
from channels.inbound import alerts
from channels.inbound.danger import kinds_in
from channels.inbound.language import language_of
from channels.inbound.minors import seems_a_minor

ACTOR = Actor.system("process_inbound")
ADULT_FROM = 18

_CONVERSATION = text("SELECT person_id, minor, kept_decided_at FROM conversation WHERE id = :id")
_MARK = text("""
    UPDATE conversation SET priority = CASE WHEN :first THEN 1 ELSE priority END,
        danger = (SELECT coalesce(array_agg(DISTINCT kind ORDER BY kind), '{}')
                  FROM unnest(danger || CAST(:danger AS text[])) kind),
        minor = coalesce(CASE WHEN minor = 'no' AND :minor = 'suspected' THEN 'suspected' ELSE minor END, :minor),
        kept_from_representatives = kept_from_representatives OR (:kept AND kept_decided_at IS NULL)
    WHERE id = :id
""")
# Two messages in a row in one language change what was guessed; what somebody said themselves stays.
_LANGUAGE = text("""
    UPDATE contact SET language = :language, language_how = 'guessed'
    WHERE id = :id AND person_id IS NULL AND language <> :language AND (language_how = 'default' OR (
        language_how = 'guessed' AND :language = (SELECT m.language FROM message m
            JOIN conversation c ON c.id = m.conversation_id
            WHERE c.contact_id = contact.id AND m.direction = 'in' ORDER BY m.position DESC LIMIT 1)))
""")


@dataclass(frozen=True, slots=True)
class Noticed:
    """`danger`: kinds, see `danger.KINDS`. `minor`: the words are a child's. `language`: None when nobody can tell."""

    danger: tuple[str, ...] = ()
    minor: bool = False
    language: str | None = None


def read(body: str, *, subject: str | None = None, placeholder: bool = False) -> Noticed:
    """What the words of a message may mean."""
    if placeholder:
        return Noticed()
    whole = f"{subject}\n{body}" if subject else body
    return Noticed(kinds_in(whole), seems_a_minor(body), language_of(body))


def mark(
    session: Session, *, conversation_id: UUID, message_id: UUID, noticed: Noticed, represented: bool = False
) -> str | None:
    """Write it on the conversation, and alert the duty desk. Returns 'suspected' or 'known' when a child writes; what a
    representative wrote (`represented`) is no child's, whoever it is about."""
    row = session.execute(_CONVERSATION, {"id": conversation_id}).one()
    minor = row.minor if represented else _minor(row, noticed)
    child = minor in ("suspected", "known")
    if minor != row.minor or noticed.danger:
        session.execute(
            _MARK,
            {
                "id": conversation_id,
                "first": bool(noticed.danger) or (child and minor != row.minor),
                "danger": list(noticed.danger),
                "minor": minor,
                "kept": child,
            },
        )
    if noticed.danger:
        alerts.raise_alert(session, conversation_id=conversation_id, message_id=message_id, kinds=noticed.danger)
    return minor if child else None


def _minor(row, noticed: Noticed) -> str | None:
    if row.person_id is not None and row.minor is None:
        return "known" if known_minor(row.person_id) else ("suspected" if noticed.minor else "no")
    if noticed.minor and row.minor != "known" and row.kept_decided_at is None:
        return "suspected"
    return row.minor


def known_minor(person_id: UUID) -> bool:
    """Whether the record says that a person is under age; False when it does not say."""
    try:
        age = open_door(ACTOR, Purpose.PROCESS_INBOUND).person(person_id).age
    except DomainError:
        return False
    return age is not None and age < ADULT_FROM


def learn_language(session: Session, *, contact_id: UUID, language: str | None) -> None:
    """Answer a contact whom nobody knows in the language they write in, where it is one of ours."""
    if language in settings().languages:
        session.execute(_LANGUAGE, {"id": contact_id, "language": language})
