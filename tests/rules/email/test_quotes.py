"""What of an answer is new. The whole text is always kept beside it, so a miss shows too much, never too little."""

import time
from pathlib import Path

import pytest
import yaml

from channels.adapters.email.quotes import new_text

NEW = "Gracias, el martes puedo ir.\n\nUn saludo,\nAmparo"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(NEW, NEW, id="nothing quoted"),
        pytest.param(
            f"{NEW}\n\nEl lun, 3 mar 2025 a las 10:22, Alma (<alma@x.example>) escribió:\n\n> Hola\n> ¿Puede?",
            NEW,
            id="Gmail",
        ),
        pytest.param(
            f"{NEW}\n\nEl lun, 3 mar 2025 a las 10:22, Servicios Sociales\n(<alma@x.example>) escribió:\n> Hola",
            NEW,
            id="Gmail, wrapped",
        ),
        pytest.param(
            f"{NEW}\n\nEl 3 mar 2025, a las 10:22, Alma <alma@x.example> escribió:\n\nHola, sin marcas.",
            NEW,
            id="Apple, unmarked",
        ),
        pytest.param(
            f"{NEW}\n\n-----Mensaje original-----\nDe: Alma\nEnviado: lunes\nPara: Amparo\nAsunto: Cita\n\nHola",
            NEW,
            id="Outlook, old",
        ),
        pytest.param(
            f"{NEW}\n\n________________________________\nDe: Alma <alma@x.example>\nEnviado: lunes, 3 de marzo\n"
            "Para: Amparo\nAsunto: Cita\n\nHola",
            NEW,
            id="Outlook, web",
        ),
        pytest.param(
            f"{NEW}\n\n**De:** Alma\n**Enviado el:** lunes\n**Para:** Amparo\n**Asunto:** Cita\n\nHola",
            NEW,
            id="Outlook, bold",
        ),
        pytest.param(f"{NEW}\n\nOn Mon, 3 Mar 2025 at 10:22, Alma <alma@x.example> wrote:\n> Hello", NEW, id="English"),
        pytest.param(
            f"{NEW}\n\nMissatge de Alma <alma@x.example> del dia dl., 3 de març 2025 a les 10:22:\n> Hola",
            NEW,
            id="Catalan",
        ),
        pytest.param(
            f"{NEW}\n\nEm seg., 3 de mar. de 2025 às 10:22, Alma <alma@x.example> escreveu:\n> Hola",
            NEW,
            id="Portuguese",
        ),
        pytest.param(
            "شكرا جزيلا\n\nفي الاثنين، 3 مارس 2025 في 10:22 ص تمت كتابة ما يلي بواسطة Alma <alma@x.example>:\n> Hola",
            "شكرا جزيلا",
            id="Arabic",
        ),
        pytest.param(
            "> ¿Puede el martes?\nSí.\n> ¿A las diez?\nMejor a las once.",
            "Sí.\nMejor a las once.",
            id="answers in between",
        ),
        pytest.param(
            "El 3 mar 2025, a las 10:22, Alma <alma@x.example> escribió:\n> Hola\n\nContesto debajo.",
            "Contesto debajo.",
            id="answer below",
        ),
        pytest.param(
            "El médico me escribió:\nque debo guardar reposo y pedir ayuda.",
            "El médico me escribió:\nque debo guardar reposo y pedir ayuda.",
            id="a story is no quote",
        ),
        pytest.param(
            "De: mi madre\nquiero contarle algo", "De: mi madre\nquiero contarle algo", id="one line like a header"
        ),
        pytest.param(
            "Firma aquí:\n________________________________\nAmparo",
            "Firma aquí:\n________________________________\nAmparo",
            id="a line to sign on",
        ),
        pytest.param(f"{NEW}\n-- \nAmparo Ejemplo\nTel. 600000001", NEW, id="signature"),
        pytest.param(
            "Esto es lo primero.\n--\n" + "Y esto sigue siendo mi mensaje, muy largo. " * 30,
            "Esto es lo primero.\n--\n" + ("Y esto sigue siendo mi mensaje, muy largo. " * 30).strip(),
            id="dashes in the middle",
        ),
        pytest.param(f"{NEW}\n\nEnviado desde mi iPhone", NEW, id="sent from a phone"),
        pytest.param(f"{NEW}\n\nObtener Outlook para Android<https://aka.ms/x>", NEW, id="Outlook for Android"),
        pytest.param(
            "Enviado desde mi casa, con prisa: necesito ayuda.\nNo tengo luz.\nNi agua.\nNi comida.",
            "Enviado desde mi casa, con prisa: necesito ayuda.\nNo tengo luz.\nNi agua.\nNi comida.",
            id="first words like a footer",
        ),
        pytest.param(f"{NEW}\n\nAVISO LEGAL: Este mensaje es confidencial.\nSi no es usted…", NEW, id="legal footer"),
        pytest.param("> todo\n> citado", "> todo\n> citado", id="all is quoted: all is shown"),
        pytest.param("-- \nAmparo", "-- \nAmparo", id="only a signature: it is shown"),
    ],
)
def test_new_text(text, expected):
    assert new_text(text) == expected


def test_long_and_hostile_text_is_read_in_time():
    for text in ("El " * 200_000 + "1 escribió", "De: x\n" * 50_000, "> " * 100_000, "On 1 " * 60 + "\n" * 30_000):
        began = time.monotonic()
        new_text(text)
        assert time.monotonic() - began < 5


OWN_WORDS = yaml.safe_load(Path(__file__).with_name("quotes_own_words.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in OWN_WORDS])
def test_no_word_of_the_person_is_folded(case):
    found = new_text(case["text"])
    assert all(words in found for words in case["keeps"]), found
    assert not any(words in found for words in case.get("folds", ())), found
