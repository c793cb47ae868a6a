"""Which language a text is in, how hard it is, and what stays the same of a finding."""

import pytest

from accessibility.checks.language import of_texts
from accessibility.checks.readability import inflesz, syllables
from accessibility.fingerprints import content_hash, number, sign
from accessibility.languages import guess
from accessibility.model import Finding

TEXTS = [
    ("es", "Puede pedir cita por teléfono o venir a su centro sin cita."),
    ("en", "You can ask for an appointment by phone or come to the centre."),
    ("fr", "Vous pouvez demander un rendez-vous par téléphone ou venir au centre."),
    ("de", "Sie können telefonisch einen Termin vereinbaren oder ins Zentrum kommen."),
    ("it", "Oggi non posso venire al centro, ma i bambini sono a casa con loro."),
    ("pt", "Você pode marcar uma consulta por telefone ou vir ao centro."),
    ("ca", "Podeu demanar cita per telèfon o venir al centre amb els vostres fills."),
    ("eu", "Telefonoz eska dezakezu hitzordua edo zentrora etorri zaitezke, eta bere etxera ere bai."),
    ("ar", "يمكنك طلب موعد عبر الهاتف"),
    ("ru", "Вы можете записаться по телефону"),
    ("zh", "您可以通过电话预约"),
]


@pytest.mark.parametrize(("language", "text"), TEXTS, ids=[t[0] for t in TEXTS])
def test_language(language, text):
    assert guess(text).language == language


def test_no_words_no_language():
    assert guess("12:30 · 600 000 001") is None


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("sol", 1),
        ("casa", 2),
        ("ciudad", 2),
        ("país", 2),
        ("aéreo", 4),
        ("guitarra", 3),
        ("queso", 2),
        ("ley", 1),
        ("ahora", 3),
    ],
)
def test_syllables(word, count):
    assert syllables(word) == count


def test_easy_text_scores_higher():
    easy = "El centro abre hoy. Puede venir sin cita. Le damos la mano."
    hard = "La determinación individualizada de responsabilidades subsidiarias requiere tramitación administrativa contradictoria."
    assert inflesz(easy) > 80 > 40 > inflesz(hard)


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("DNI, NIE o pasaporte", id="acronyms"),
        pytest.param("Ley 12/2022 art. 43; Ley 39/2015 art. 17; LOPDGDD art. 32; Código Civil art. 1964.2", id="laws"),
    ],
)
def test_what_is_alike_in_every_language_tells_none(text, declared):
    part = {"selector": "li", "text": text, "lang": "es", "declared": declared, "quoted": False,
            "block": True, "direction": "ltr", "own_direction": "", "plaintext": False}  # fmt: skip
    assert of_texts("es", [part]) == []


@pytest.mark.parametrize(
    ("text", "declared", "found"),
    [
        ("Childhood supplement (Complemento de Ayuda para la Infancia)", True, 0),
        ("Electricity social discount (bono social eléctrico)", True, 0),
        ("Personal interview. At the centre. Centro de Servicios Sociales Ejemplo.", False, 0),
        ("Responda uno si puede venir a su cita, dos si no puede y tres para cambiarla.", False, 1),
        ("Si tiene dudas, llame (solo por las mañanas) y le ayudamos con su solicitud.", True, 1),
    ],
)
def test_proper_names_need_no_language(text, declared, found):
    part = {"selector": "li", "text": text, "lang": "en", "declared": declared, "quoted": False,
            "block": True, "direction": "ltr", "own_direction": "", "plaintext": False}  # fmt: skip
    page = {
        **part,
        "selector": "p",
        "declared": False,
        "text": "You can ask for help at your centre, and we will answer you soon.",
    }
    assert len(of_texts("en", [page, part])) == found


@pytest.mark.parametrize("text", ["العربية", "Українська", "Ελληνικά"])
def test_one_word_in_other_letters_needs_its_language(text):
    part = {"selector": "a", "text": text, "lang": "es", "declared": False, "quoted": False,
            "block": False, "direction": "ltr", "own_direction": "", "plaintext": False}  # fmt: skip
    assert [one["rule"] for one in of_texts("es", [part])] == ["language-part-undeclared"]
    assert of_texts("es", [{**part, "text": "Francisca"}]) == []


def test_filler_text_is_no_page_in_latin():
    lorem = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed quam mauris nunc vel ante diam tempus."
    page = {"selector": "p", "text": lorem, "lang": "en", "declared": False, "quoted": False,
            "block": True, "direction": "ltr", "own_direction": "", "plaintext": False}  # fmt: skip
    assert of_texts("en", [page]) == []


def _finding(selector, component, rule="link-generic"):
    finding = Finding(
        rule=rule, certainty="error", criteria=["2.4.4"], state="Inicio", selector=selector, component=component
    )
    sign(finding)
    return finding


def test_reordered_siblings_are_not_new():
    before = [_finding("ul > li:nth-of-type(1) > a", "a|más"), _finding("ul > li:nth-of-type(2) > a", "a|aquí")]
    after = [_finding("ul > li:nth-of-type(2) > a", "a|más"), _finding("ul > li:nth-of-type(1) > a", "a|aquí")]
    assert {k for k, _ in number(before)} == {k for k, _ in number(after)}


def test_a_swapped_fault_is_seen():
    before, after = [_finding("a", "a|más")], [_finding("a", "a|aquí")]
    assert {k for k, _ in number(before)} != {k for k, _ in number(after)}


def test_one_more_of_the_same_is_seen():
    assert {k for k, _ in number([_finding("a", "x")])} < {
        k for k, _ in number([_finding("a", "x"), _finding("b", "x")])
    }


def test_content_hash_ignores_what_changes_by_itself():
    assert content_hash("Hoy son las 12:30") == content_hash("Hoy  son las 9:45".replace("9:45", "19:45"))
    assert content_hash("Pida cita") != content_hash("Anule la cita")
