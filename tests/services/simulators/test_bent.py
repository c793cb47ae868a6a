"""Whatever is typed or sent: an answer with words, what was typed still there, never a stack trace."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.simulators.household.home import questions
from portal.simulators.parameters.library import library
from tests.services.simulators.test_pages import boxes, built, client, parsed, send, token  # noqa: F401

FLOW = "/ayudas/calcular"
NUMBERS = [name for name, each in questions().questions.items() if each.field.kind in ("money", "count", "number")]
NASTY = [
    "1e999", "-1e999", "1e-999", "NaN", "Infinity", "-0", "--5", "+", ".", ",", "1,2,3", "1.2.3,4.5", "9" * 400, "0x10",
    "1_000", "½", "²", "٣٫٥", "१२", "５", "\u202e5", "5\u0000", "😀", "<b>1</b>", "' OR 1=1", "{{7*7}}", "%s",
    "%(x)s", "1 000 000 000 000", "1/0", "mil", "true", "si", "2026-02-30", "-5", "5.", ".5", "5,", "€", "5€€", "\t7\n",
]  # fmt: skip


@pytest.mark.parametrize("typed", NASTY)
def test_a_number_that_is_none_is_answered(client, typed):  # noqa: F811
    """Every number of the form at once; what cannot be read comes back as it was typed."""
    for topic in questions().topics:
        names = [name for name in NUMBERS if questions().questions[name].topic == topic]
        if not names:
            continue
        answer = send(client, desde=topic, ir="seguir", preguntas=names, **dict.fromkeys(names, typed))
        assert answer.status_code in (200, 422)
        page = parsed(answer)
        if answer.status_code == 422:
            kept = "".join(sign for sign in typed if sign.isprintable()).strip()[:40]
            assert boxes(page)[names[0]] == [kept]
    for path in (FLOW, f"{FLOW}/imv", f"{FLOW}/imprimir"):
        assert send(client, path, ir="resultado", **dict.fromkeys(NUMBERS, typed)).status_code in (200, 422)


@pytest.mark.parametrize("typed", ["quizá", "true", "1", "SI", "None"])
def test_a_choice_that_was_not_offered_is_answered(client, typed):  # noqa: F811
    """Every question with buttons, sent with something that no button says."""
    for topic in questions().topics:
        names = [
            name
            for name, each in questions().questions.items()
            if each.topic == topic and each.field.kind in ("flag", "choice")
        ]
        for path in (FLOW, f"{FLOW}/imv", f"{FLOW}/imprimir"):
            answer = send(client, path, desde=topic, ir="seguir", preguntas=names, **dict.fromkeys(names, typed))
            assert answer.status_code in (200, 422)
            if path == FLOW and names:
                assert answer.status_code == 422 and "Elija una de las respuestas" in answer.text


def test_a_field_sent_many_times_counts_once(client):  # noqa: F811
    answer = send(client, desde="resultado", ir="you", age=["40", "41", "x"], ayuda=["imv", "imv", "oro", ""])
    page = parsed(answer)
    assert boxes(page)["age"] == ["40"] and boxes(page)["ayuda"] == ["imv"]


def test_a_form_with_thousands_of_fields_is_answered(client):  # noqa: F811
    many = {f"campo{number}": "x" for number in range(900)}
    assert send(client, ir="resultado", **many).status_code in (200, 413, 422)
    assert send(client, ir="resultado", ayuda=["imv"] * 900).status_code in (200, 413, 422)


_TEXT = st.one_of(st.sampled_from(NASTY), st.text(max_size=60), st.integers().map(str), st.floats().map(str))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=st.dictionaries(st.sampled_from(sorted(questions().questions)), _TEXT, max_size=12),
    here=st.one_of(st.sampled_from([*questions().topics, "inicio", "resultado"]), st.text(max_size=9)),
    move=st.one_of(
        st.sampled_from(["seguir", "atras", "resultado", "inicio", *questions().topics]), st.text(max_size=9)
    ),
    chosen=st.lists(st.sampled_from(sorted(library().benefits)), max_size=3),
    asked=st.lists(st.sampled_from(sorted(questions().questions)), max_size=5),
)
def test_any_form_is_answered(client, answers, here, move, chosen, asked):  # noqa: F811
    values = {**answers, "desde": here, "ir": move, "ayuda": chosen, "preguntas": asked, "csrf_token": token(client)}
    for path in (FLOW, f"{FLOW}/{(chosen or ['imv'])[0]}", f"{FLOW}/imprimir"):
        assert client.post(path, data=values).status_code in (200, 422)


@pytest.mark.parametrize("path", [f"{FLOW}/%00", f"{FLOW}/..%2f..", f"{FLOW}/" + "x" * 3000, f"{FLOW}/%ff"])
def test_addresses_that_lead_nowhere(client, path):  # noqa: F811
    assert client.get(path).status_code == 404
