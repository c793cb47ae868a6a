"""Words on a sheet of paper: to be printed, folded so that no name of a service shows, and handed over or posted."""

from html import escape

from channels.adapters import Entry, Outgoing, Quarantine, RawEvent, SendResult
from channels.adapters.outgoing import Sayable, opened

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_STYLE = (
    "@page{size:A4;margin:20mm}body{font:14pt/1.5 sans-serif;max-inline-size:170mm;margin:auto;color:#000;"
    "background:#fff}address{margin-block:20mm 15mm;margin-inline-start:85mm;font-style:normal;white-space:pre-line}"
    "p{white-space:pre-wrap;overflow-wrap:anywhere}footer{margin-block-start:15mm;border-block-start:1px solid;"
    "padding-block-start:4mm}"
)


class Paper:
    """`send` is a hand-over to whoever prints; `sheet` is what they print."""

    channel = "paper"

    def __init__(self, channel: str = "paper") -> None:
        self.channel = channel

    def parse(self, raw: RawEvent) -> list[Entry]:
        """Raises Quarantine always: what arrives on paper is scanned or written down by a professional."""
        raise Quarantine("unknown-kind")

    def send(self, sayable: Sayable) -> SendResult:
        """It waits in the list of its centre from now on."""
        return SendResult("sent", str(opened(sayable).id))

    def sheet(self, sayable: Sayable, *, help_line: str) -> str:
        """A whole page of HTML to print: to whom or where (`recipient`), the words, and where to ask. No service, no
        centre and no matter is named but by the words themselves."""
        return _sheet(opened(sayable), help_line)


class InPerson(Paper):
    """Words that a professional hands over: the same sheet, kept at a desk, a shelter or by the street team."""

    def __init__(self) -> None:
        super().__init__("in_person")


def _sheet(outgoing: Outgoing, help_line: str) -> str:
    direction = "rtl" if outgoing.language in _RIGHT_TO_LEFT else "ltr"
    title = escape(outgoing.subject or "")
    place = f"<address dir='auto'>{escape(outgoing.recipient)}</address>" if outgoing.recipient else ""
    words = "".join(f"<p dir='auto'>{escape(part)}</p>" for part in outgoing.body.split("\n\n") if part.strip())
    return (
        f"<!doctype html><html lang='{escape(outgoing.language)}' dir='{direction}'><head><meta charset='utf-8'>"
        f"<title>{title}</title><style>{_STYLE}</style></head><body>{place}<main><h1>{title}</h1>{words}</main>"
        f"<footer>{escape(help_line)}</footer></body></html>"
    )
