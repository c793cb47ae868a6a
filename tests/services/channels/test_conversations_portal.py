"""What a person writes in the portal: kept as it came, once, however often the form is sent."""

from uuid import uuid4

from sqlalchemy import text

from channels.conversations import service as conversations


def _counts(unit) -> tuple[int, int]:
    return tuple(
        unit.session.execute(
            text(
                "SELECT (SELECT count(*) FROM message WHERE channel = 'portal'), "
                "(SELECT count(*) FROM raw_event WHERE channel = 'portal' AND state = 'done')"
            )
        ).one()
    )


def test_the_same_form_twice_is_one_message(unit):
    person, key = uuid4(), str(uuid4())
    first = conversations.write_from_portal(unit.session, person_id=person, body="Hola", key=key)
    again = conversations.write_from_portal(unit.session, person_id=person, body="Hola", key=key)
    assert first == again
    assert _counts(unit) == (1, 1)


def test_the_same_words_in_two_forms_are_two(unit):
    person = uuid4()
    for _ in range(2):
        conversations.write_from_portal(unit.session, person_id=person, body="Hola", key=str(uuid4()))
    assert _counts(unit) == (2, 2)


def test_another_persons_key_is_another_message(unit):
    key = str(uuid4())
    made = {conversations.write_from_portal(unit.session, person_id=uuid4(), body="Hola", key=key) for _ in range(2)}
    assert len(made) == 2
