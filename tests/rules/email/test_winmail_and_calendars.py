"""What Outlook wraps, and answers to invitations."""

import struct

import pytest

from channels.adapters import CalendarReply
from channels.adapters.email.bodies import Attachment, Contents, open_winmail
from tests.data.mail.make import ALMA
from tests.rules.email.test_corpus import read

BODY, TITLE, DATA = 0x0002800C, 0x00018010, 0x0006800F
RENDER = 0x00069002


def attribute(level: int, kind: int, content: bytes) -> bytes:
    return struct.pack("<BII", level, kind, len(content)) + content + struct.pack("<H", sum(content) % 65536)


def winmail(text: str = "", *files: tuple[str, bytes]) -> bytes:
    """A TNEF stream as Outlook writes it: signature, key, the message's attributes, then each file's."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    if text:
        out += attribute(1, BODY, text.encode("cp1252") + b"\0")
    for name, content in files:
        out += attribute(2, RENDER, b"\x01\0" + b"\xff" * 4 + b"\0" * 8)
        out += attribute(2, TITLE, name.encode("cp1252") + b"\0") + attribute(2, DATA, content)
    return out


def opened(content: bytes, kind: str = "application/ms-tnef", name: str = "winmail.dat") -> Contents:
    contents = Contents(attachments=[Attachment(name, kind, content)])
    open_winmail(contents)
    return contents


def test_files_come_out_beside_the_wrapping():
    found = opened(winmail("", ("dni.pdf", b"%PDF-1"), ("foto.jpg", b"\xff\xd8\xff")))
    assert [(a.name, a.media_type) for a in found.attachments] == [
        ("winmail.dat", "application/ms-tnef"), ("dni.pdf", "application/pdf"), ("foto.jpg", "image/jpeg"),
    ]  # fmt: skip
    assert found.attachments[1].content == b"%PDF-1"
    assert found.notes == ["winmail-dat-opened"]


def test_its_text_is_the_text_when_there_is_no_other():
    assert opened(winmail("Le mando el papel")).text == "Le mando el papel"
    contents = Contents(text="Ya hay texto", attachments=[Attachment("winmail.dat", "x/y", winmail("otro"))])
    open_winmail(contents)
    assert contents.text == "Ya hay texto"


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\a\\dni.pdf", "a\u202efdp.exe"])
def test_names_inside_are_made_safe(name):
    [_wrapping, found] = opened(winmail("", (name.encode("cp1252", "replace").decode("cp1252"), b"x"))).attachments
    assert not set(found.name or "") & set('/\\:*?"<>|\u202e')


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", winmail()[:5], winmail("x" * 500)[:90], b"\x78\x9f\x3e\x22" + b"\xff" * 500]
)
def test_a_broken_one_stays_as_it_came(content):
    found = opened(content)
    assert found.attachments[0].content == content


def invitation(lines: str, method: str = "REPLY") -> bytes:
    calendar = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\n{lines}END:VCALENDAR\r\n"
    head = (
        f"From: amparo@correo.example\r\nTo: {ALMA}\r\nSubject: Aceptado: Cita\r\nMessage-ID: <r1@correo.example>\r\n"
        f"Date: Mon, 2 Mar 2026 10:00:00 +0100\r\nContent-Type: text/calendar; method={method}; charset=utf-8\r\n\r\n"
    )
    return (head + calendar).encode()


def event(partstat: str = "ACCEPTED", attendee: str = "mailto:amparo@correo.example", uid: str = "cita-1@alma") -> str:
    return (
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nSEQUENCE:2\r\nDTSTAMP:20260302T090000Z\r\n"
        f"ATTENDEE;PARTSTAT={partstat}:{attendee}\r\nEND:VEVENT\r\n"
    )


def reply(partstat: str = "ACCEPTED", attendee: str | None = "amparo@correo.example", uid: str = "cita-1@alma"):
    return CalendarReply(uid, partstat, attendee, 2)


REPLIES = [
    pytest.param(event(), "REPLY", [reply()], id="yes"),
    pytest.param(event("declined"), "REPLY", [reply("DECLINED")], id="no"),
    pytest.param(event("TENTATIVE"), "reply", [reply("TENTATIVE")], id="perhaps, in small letters"),
    pytest.param(event(attendee="MAILTO:Amparo@Correo.Example"), "REPLY", [reply()], id="capitals"),
    pytest.param(event(attendee="tel:+34600000001"), "REPLY", [reply(attendee=None)], id="no mail address"),
    pytest.param(
        event() + event(uid="cita-2@alma"), "REPLY", [reply(), reply(uid="cita-2@alma")], id="two appointments"
    ),
    pytest.param(event() + event(), "REPLY", [reply()], id="the same twice"),
    pytest.param(event("NEEDS-ACTION"), "REPLY", [], id="no answer yet"),
    pytest.param(event(), "REQUEST", [], id="an invitation of theirs"),
    pytest.param(event(uid=""), "REPLY", [], id="no uid"),
    pytest.param("BEGIN:VEVENT\r\nrubbish", "REPLY", [], id="broken"),
]


@pytest.mark.parametrize(("lines", "method", "expected"), REPLIES)
def test_answers_to_invitations(adapter, lines, method, expected):
    found = read(adapter, invitation(lines, method))
    assert list(found.calendar) == expected
