"""Nasty mail, made: `python -m tests.data.mail.make FOLDER` writes each as an .eml file.

Every mail is labelled by what is wrong with it. All names and addresses are invented.
"""

import base64
import binascii
import quopri
import sys
from collections.abc import Callable
from pathlib import Path

ALMA = "alma@servicios.alma.example"
RELAY = "mx.servicios.alma.example"
TEXT = "Buenos días, necesito información sobre la ayuda a domicilio."

_MADE: dict[str, Callable[[], bytes]] = {}


def mail(make: Callable[[], bytes]) -> Callable[[], bytes]:
    _MADE[make.__name__.replace("_", "-")] = make
    return make


def build(body: str | bytes = TEXT, *, drop: tuple[str, ...] = (), **headers: str | bytes | list) -> bytes:
    """A mail with sane headers unless told otherwise; `Content_Type=` names Content-Type."""
    fields: dict[str, str | bytes | list] = {
        "From": "Amparo Ejemplo <amparo@correo.example>",
        "To": ALMA,
        "Subject": "Ayuda a domicilio",
        "Date": "Mon, 03 Mar 2025 10:22:00 +0100",
        "Message-ID": "<1@correo.example>",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    fields.update({name.replace("_", "-"): value for name, value in headers.items()})
    out = bytearray()
    for name, value in fields.items():
        if name in drop:
            continue
        for one in value if isinstance(value, list) else [value]:
            out += name.encode() + b": " + (one if isinstance(one, bytes) else one.encode()) + b"\r\n"
    text = body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode()
    return bytes(out) + b"\r\n" + text + b"\r\n"


def part(body: str | bytes, content_type: str = "text/plain; charset=utf-8", *more: str) -> bytes:
    raw = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join([f"Content-Type: {content_type}", *more]).encode() + b"\r\n\r\n" + raw


def multi(*parts: bytes, kind: str = "mixed", boundary: str = "LINDE", end: bool = True, **headers: str) -> bytes:
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in parts)
    body += b"--" + boundary.encode() + b"--\r\n" if end else b""
    return build(body, Content_Type=f'multipart/{kind}; boundary="{boundary}"', **headers)


def nested(depth: int) -> bytes:
    head = build(b"", Content_Type='multipart/mixed; boundary="b0"').rstrip(b"\r\n") + b"\r\n\r\n"
    out = bytearray(head)
    for level in range(1, depth):
        out += f'--b{level - 1}\r\nContent-Type: multipart/mixed; boundary="b{level}"\r\n\r\n'.encode()
    out += f"--b{depth - 1}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{TEXT}\r\n".encode()
    for level in reversed(range(depth)):
        out += f"--b{level}--\r\n".encode()
    return bytes(out)


def tnef() -> bytes:
    return bytes.fromhex("789f3e22") + b"\x01\x00" + b"\x01\x06\x90\x08\x00\x04\x00\x00\x00" + b"\x00" * 40


# --- charsets -------------------------------------------------------------------------------------------------------
@mail
def plain_utf8() -> bytes:
    return build()


@mail
def latin1_declared() -> bytes:
    return build(TEXT.encode("latin-1"), Content_Type="text/plain; charset=iso-8859-1")


@mail
def windows_as_latin1() -> bytes:
    return build("Cuesta 20 € «al mes»".encode("cp1252"), Content_Type="text/plain; charset=ISO-8859-1")


@mail
def utf8_declared_latin1() -> bytes:
    return build(TEXT.encode(), Content_Type="text/plain; charset=iso-8859-1")


@mail
def latin1_declared_utf8() -> bytes:
    return build(TEXT.encode("latin-1"), Content_Type="text/plain; charset=utf-8")


@mail
def latin1_declared_ascii() -> bytes:
    return build(TEXT.encode("latin-1"), Content_Type="text/plain; charset=us-ascii")


@mail
def no_charset() -> bytes:
    return build(TEXT.encode("cp1252"), Content_Type="text/plain")


@mail
def unknown_charset() -> bytes:
    return build(TEXT.encode("cp1252"), Content_Type='text/plain; charset="x-user-defined-77"')


@mail
def charset_is_a_codec_not_a_charset() -> bytes:
    return build(TEXT.encode(), Content_Type="text/plain; charset=rot13")


@mail
def utf16_with_bom() -> bytes:
    raw = base64.encodebytes(TEXT.encode("utf-16"))
    return build(raw, Content_Type="text/plain; charset=utf-16", Content_Transfer_Encoding="base64")


@mail
def arabic_windows() -> bytes:
    raw = "صباح الخير، أحتاج إلى موعد مع الخدمات الاجتماعية".encode("cp1256")
    return build(raw, Content_Type="text/plain; charset=windows-1256")


@mail
def nul_bytes() -> bytes:
    return build(b"Hola\x00 buenas\x00 tardes")


# --- headers --------------------------------------------------------------------------------------------------------
@mail
def no_message_id() -> bytes:
    return build(drop=("Message-ID",))


@mail
def no_date() -> bytes:
    return build(drop=("Date",))


@mail
def impossible_date() -> bytes:
    return build(Date="Mon, 99 Foo 20255 99:99:99 +9999")


@mail
def no_subject() -> bytes:
    return build(drop=("Subject",))


@mail
def raw_8bit_subject() -> bytes:
    return build(Subject="Petición de cita".encode("latin-1"))


@mail
def word_cut_inside_a_letter() -> bytes:
    raw = "Reunión mañana".encode()
    first, second = base64.b64encode(raw[:6]).decode(), base64.b64encode(raw[6:]).decode()
    return build(Subject=f"=?utf-8?B?{first}?=\r\n =?utf-8?B?{second}?=")


@mail
def broken_encoded_word() -> bytes:
    return build(Subject="=?utf-8?B?Q2l0YSBwcmV2aWE!?= =?nada?X?hola?= =?utf-8?Q?ma=F1ana?=")


@mail
def spaces_in_q_word() -> bytes:
    return build(Subject="=?iso-8859-1?Q?Petici=F3n de cita?=")


@mail
def to_of_65_kilobytes() -> bytes:
    return build(To=", ".join(f"persona{i} <p{i}@correo.example>" for i in range(1_900)) + f", {ALMA}")


@mail
def from_of_parentheses() -> bytes:
    return build(From="(" * 5_000)


@mail
def from_of_parentheses_and_sender() -> bytes:
    return build(From="(" * 5_000, Sender="amparo@correo.example")


@mail
def from_shows_another_address() -> bytes:
    return build(From="juez@madrid.es <x@evil.example>")


@mail
def quoted_name_shows_another_address() -> bytes:
    return build(From='"juez@madrid.es" <x@evil.example>')


@mail
def several_from_headers() -> bytes:
    return build(From=["amparo@correo.example", "x@evil.example"])


@mail
def several_from_addresses() -> bytes:
    return build(From="amparo@correo.example, x@evil.example")


@mail
def from_in_latin1() -> bytes:
    return build(From="José Ejemplo <jose@correo.example>".encode("latin-1"))


@mail
def from_old_style() -> bytes:
    return build(From="amparo@correo.example (Amparo Ejemplo)")


@mail
def from_with_eñe_domain() -> bytes:
    return build(From="ana@españa.example")


@mail
def no_sender_at_all() -> bytes:
    return build(drop=("From",))


@mail
def headers_with_bare_lf() -> bytes:
    return build().replace(b"\r\n", b"\n")


@mail
def headers_with_bare_cr() -> bytes:
    return build().replace(b"\r\n", b"\r")


@mail
def header_without_colon() -> bytes:
    return b"Esto no es una cabecera\r\n" + build()


@mail
def only_headers() -> bytes:
    return build(b"").rstrip(b"\r\n") + b"\r\n"


@mail
def content_type_rubbish() -> bytes:
    return build(Content_Type=";;;=== /// charset")


@mail
def content_type_of_quotes() -> bytes:
    return build(Content_Type='text/plain; a="' + '";' * 20_000)


# --- structure ------------------------------------------------------------------------------------------------------
@mail
def forty_nested_parts() -> bytes:
    return nested(40)


@mail
def two_thousand_nested_parts() -> bytes:
    return nested(2_000)


@mail
def two_thousand_parts() -> bytes:
    return multi(*[part(f"parte {i}") for i in range(2_000)])


@mail
def boundary_missing_at_end() -> bytes:
    return multi(part(TEXT), end=False)


@mail
def boundary_never_declared() -> bytes:
    return multi(part(TEXT)).replace(b'; boundary="LINDE"', b"")


@mail
def boundary_never_used() -> bytes:
    return build(TEXT, Content_Type='multipart/mixed; boundary="OTRA"')


@mail
def mail_inside_a_mail() -> bytes:
    return multi(part("Le reenvío esto."), part(build("Texto de dentro."), "message/rfc822"))


@mail
def only_a_mail_inside() -> bytes:
    return multi(part(build("Texto de dentro."), "message/rfc822"))


@mail
def winmail_dat() -> bytes:
    packed = base64.encodebytes(tnef())
    coding = "Content-Transfer-Encoding: base64"
    return multi(part(TEXT), part(packed, 'application/ms-tnef; name="winmail.dat"', coding))


@mail
def calendar_invitation_alone() -> bytes:
    text = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"
    return build(text, Content_Type="text/calendar; method=REPLY; charset=utf-8")


@mail
def empty_body() -> bytes:
    return build("")


@mail
def html_only() -> bytes:
    return build("<html><body><p>Hola, soy <b>Amparo</b>.</p><p>1. Cita &eacute;sta</p></body></html>",
                 Content_Type="text/html; charset=utf-8")  # fmt: skip


@mail
def html_with_stub_text() -> bytes:
    html = f"<p>{TEXT}</p><p>Muchas gracias por su atención y hasta pronto, quedo a la espera.</p>"
    stub = part("Su programa no muestra HTML.")
    return multi(stub, part(html, "text/html; charset=utf-8"), kind="alternative")


@mail
def hundred_thousand_nested_divs() -> bytes:
    return build("<div>" * 100_000 + "Hola" + "</div>" * 100_000, Content_Type="text/html; charset=utf-8")


@mail
def twenty_thousand_nested_quotes() -> bytes:
    html = "<blockquote><p>x" * 20_000 + "Hola"
    return build(html, Content_Type="text/html; charset=utf-8")


@mail
def base64_rubbish() -> bytes:
    return build("SG9sYSBidWVuYXM*** gracias $$$ Zz", Content_Transfer_Encoding="base64")


@mail
def text_declared_base64() -> bytes:
    return build("Hola, soy Amparo y escribo sin codificar nada, gracias.", Content_Transfer_Encoding="base64")


@mail
def quoted_printable_broken() -> bytes:
    return build("Petici=C3=B3n de cita=\nprevia =ZZ =", Content_Transfer_Encoding="quoted-printable")


@mail
def unknown_transfer_encoding() -> bytes:
    return build(TEXT, Content_Transfer_Encoding="x-carrier-pigeon")


@mail
def uuencoded_file_in_text() -> bytes:
    lines = b"".join(binascii.b2a_uu(b"contenido del fichero"[i : i + 45]) for i in range(0, 21, 45)).decode()
    return build(f"Adjunto el papel.\n\nbegin 644 papel.txt\n{lines}`\nend\n")


@mail
def file_name_in_pieces() -> bytes:
    disposition = (
        "Content-Disposition: attachment; filename*0*=utf-8''certificado%20de%20; filename*1*=empadronamie%C3%B1to.pdf"
    )
    return multi(part(TEXT), part("x", "application/pdf", disposition))


@mail
def file_name_climbs_folders() -> bytes:
    return multi(part(TEXT), part("x", "text/x-sh", 'Content-Disposition: attachment; filename="../../etc/passwd"'))


@mail
def file_name_number_too_large() -> bytes:
    disposition = f"Content-Disposition: attachment; filename*{'9' * 5_000}*=x"
    return multi(part(TEXT), part("x", "application/pdf", disposition))


@mail
def picture_alone() -> bytes:
    disposition = 'Content-Disposition: inline; filename="foto.jpg"'
    packed = base64.encodebytes(b"\xff\xd8\xff\xe0" + b"0" * 300)
    return build(packed, Content_Type="image/jpeg", Content_Transfer_Encoding="base64").replace(
        b"MIME-Version", disposition.encode() + b"\r\nMIME-Version"
    )


@mail
def binary_rubbish() -> bytes:
    return bytes(range(256)) * 40


@mail
def empty() -> bytes:
    return b"\r\n"


@mail
def one_line_of_a_megabyte() -> bytes:
    return build("palabra " * 130_000)


# --- automatic ------------------------------------------------------------------------------------------------------
@mail
def bounce() -> bytes:
    status = (
        "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; Elena@correo.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n"
    )
    original = "Message-ID: <abc@servicios.alma.example>\r\nSubject: Su cita\r\n"
    return multi(
        part("No se pudo entregar."), part(status, "message/delivery-status"), part(original, "text/rfc822-headers"),
        kind="report; report-type=delivery-status", From="MAILER-DAEMON@mx.example",
    )  # fmt: skip


@mail
def bounce_without_domain() -> bytes:
    return multi(
        part("Failed"), part("\r\nFinal-Recipient: rfc822; a@b.example\r\nStatus: 4.2.2", "message/delivery-status"),
        kind="report; report-type=delivery-status", From="MAILER-DAEMON (Mail Delivery System)",
    )  # fmt: skip


@mail
def out_of_office() -> bytes:
    return build("Estoy de vacaciones.", Auto_Submitted="auto-replied", Subject="Respuesta automática: cita")


@mail
def newsletter() -> bytes:
    return build("Novedades", List_Id="<boletin.example>", Precedence="bulk")


# --- proof of the sender --------------------------------------------------------------------------------------------
def proved(**more: str | bytes | list) -> bytes:
    result = f"{RELAY}; spf=pass smtp.mailfrom=correo.example; dmarc=pass header.from=correo.example"
    return build(**{"Authentication_Results": result, **more})


@mail
def dmarc_passed() -> bytes:
    return b"Received: from x by mx\r\n" + proved()


def ten_megabytes() -> bytes:
    """Made when wanted, never kept: a text and an attachment of 7.5 MB in base64."""
    packed = base64.encodebytes(bytes(range(256)) * 30_000)
    disposition = 'Content-Disposition: attachment; filename="papeles.bin"'
    coding = "Content-Transfer-Encoding: base64"
    return multi(part(TEXT), part(packed, "application/octet-stream", coding, disposition))


def encoded(text: str) -> bytes:
    """`text` as a quoted-printable mail."""
    return build(quopri.encodestring(text.encode()), Content_Transfer_Encoding="quoted-printable")


def all_mails(*, large: bool = True) -> dict[str, bytes]:
    """Every mail by its label, each with a Message-ID of its own, so that no two are one mail."""
    makers = _MADE | ({"ten-megabytes": ten_megabytes} if large else {})
    return {label: make().replace(b"<1@correo.example>", message_id_of(label)) for label, make in makers.items()}


def message_id_of(label: str) -> bytes:
    return b"<" + label.encode("ascii", "ignore") + b"@correo.example>"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for label, raw in all_mails().items():
        (folder / f"{label}.eml").write_bytes(raw)
