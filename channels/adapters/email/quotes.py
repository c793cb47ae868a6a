"""What is new in an answer, and what is only quoted. Nothing is thrown away: the caller keeps the whole text.

quotequail finds most openings; the patterns below are those that Spanish, Catalan, Galician, Portuguese and Arabic
programs write and it does not know. When in doubt a line counts as new.
"""

import re

import quotequail

from channels.adapters.email.limits import QUOTE_LINES

_LINE = 300  # characters of a line that the patterns see
_INTRO = re.compile(
    r"""^\s*(?:>\s*)?(?:
        (?:El|En|A|O|Em|Il|Le|Am|On)\b.{4,280}\b
            (?:escribi[óo]|escrib[íi]a|escribiu|escreveu|va\ escriure|escrigué|wrote|a\ écrit|schrieb|ha\ scritto)\s*:
      | .{2,200}(?:escribi[óo]|escribiu|escreveu|va\ escriure|wrote)\ (?:el|en|a|o|em|on)\b.{4,120}:
      | Missatge\ de\ .{2,200}\ del\ dia\b.{2,120}:
      | Citando\ a\ .{2,200}:
      | (?:في|بتاريخ)\s.{4,280}(?:كتب|كتبت|كتابة)\b.{0,120}:
      | \d{4}[-/]\d{1,2}[-/]\d{1,2}[ T,].{4,200}<[^<>\s]{3,200}@[^<>\s]{3,200}>\s*:?
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_RULE = re.compile(
    r"^\s*[-_=*]{2,}\s*(?:Mensaje\ original|Missatge\ original|Mensaxe\ orixinal|Mensagem\ original|Original\ Message"
    r"|Mensaje\ reenviado|Mensaje\ citado|Forwarded\ message|Correo\ original|الرسالة\ الأصلية)\s*[-_=*]{2,}\s*$",
    re.IGNORECASE,
)
_LINE_OF_RULE = re.compile(r"^\s*(?:_{10,}|-{10,})\s*$")
_HEAD = re.compile(
    r"^[\s>*_]*(De|From|Remitente|Enviado(?:\ el)?|Enviados|Sent|Fecha|Date|Data|Para|To|A|CC|Asunto|Subject|Assumpte"
    r"|من|إلى|الموضوع|تاريخ\ الإرسال)\s*[*_]*\s*:\s*[*_]*\s*\S",
    re.IGNORECASE,
)
_FROM_HEAD = re.compile(r"^[\s>*_]*(?:De|From|Remitente|من)\s*[*_]*\s*:", re.IGNORECASE)
_SIGNED = re.compile(
    r"^\s*(?:Enviado\ (?:desde|con|a\ través)\b|Sent\ (?:from|with)\b|Obt[eé]n(?:er)?\ Outlook\b"
    r"|Get\ Outlook\b|Enviat\ des\ d|Descargar?\ Outlook\b|Yahoo\ Mail:|أرسلت\ من|تم\ الإرسال\ من).{0,120}$",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"^\s*[*_]*(?:AVISO\ LEGAL|AVISO\ DE\ CONFIDENCIALIDAD|CLÁUSULA\ DE\ CONFIDENCIALIDAD|CONFIDENCIALIDAD\s*:"
    r"|Este\ (?:mensaje|correo)\b.{0,120}(?:confidencial|destinatari)|This\ (?:e-?mail|message)\b.{0,120}confidential)",
    re.IGNORECASE,
)


def _introduces(lines: list[str], at: int) -> bool:
    """A quote's first line names a date or an address: "El médico me escribió:" alone is somebody's story."""
    near = " ".join(lines[at : at + 3])
    if _LINE_OF_RULE.match(lines[at]):
        return any(_FROM_HEAD.match(line) for line in lines[at + 1 : at + 4])
    return bool(re.search(r"[\d٠-٩@<]", near)) or lines[at].lstrip(" >").startswith("--")


def _quotequail_start(lines: list[str]) -> int | None:
    try:
        pieces = quotequail.quote("\n".join(lines), limit=len(lines) + 1, quote_intro_line=True)
    except Exception:  # noqa: BLE001 (a helper that fails leaves the line new)
        return None
    if len(pieces) != 2:
        return None
    start = len(lines) - pieces[1][1].count("\n") - 1
    return start if 0 <= start < len(lines) and _introduces(lines, start) else None


def _own_start(lines: list[str]) -> int | None:
    for at, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith(">"):
            continue
        joined = line
        for more in range(3):  # programs wrap the line that introduces a quote
            if _INTRO.match(joined) and _introduces(lines, at):
                return at
            if at + more + 1 >= len(lines) or not lines[at + more + 1].strip() or len(joined) > _LINE:
                break
            joined = f"{joined} {lines[at + more + 1].strip()}"
        if _RULE.match(line):
            return at
        if _FROM_HEAD.match(line) and sum(bool(_HEAD.match(near)) for near in lines[at : at + 7]) >= 3:
            above = at - 1
            while above >= 0 and not lines[above].strip():
                above -= 1
            return above if above >= 0 and _LINE_OF_RULE.match(lines[above]) else at
    return None


def _intro_end(lines: list[str], start: int) -> int:
    """The line after the one, perhaps wrapped, that introduces the quote."""
    for end in range(start, min(start + 4, len(lines))):
        if lines[end].rstrip().endswith(":"):
            return end + 1
        if end + 1 < len(lines) and lines[end + 1].lstrip().startswith(">"):
            return end + 1
    return start + 1


def _without_quoted(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.lstrip().startswith(">")]


def _without_signature(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        dashes = line.rstrip() in {"--", "—"}
        if _LEGAL.match(line[:_LINE]) and (at == 0 or not lines[at - 1].strip()):
            return lines[:at]
        if not dashes and not _SIGNED.match(line[:_LINE]):
            continue
        tail = [other for other in lines[at + 1 : at + 40] if other.strip()]
        most, longest = (8, 500) if dashes else (2, 200)
        if len(lines) <= at + 40 and len(tail) <= most and sum(map(len, tail)) <= longest:
            return lines[:at]
    return lines


def new_text(text: str) -> str:
    """The new part of a mail's text, without quotes, signature and legal footer; all of it when nothing is left."""
    lines = text.split("\n")
    searched = [line[:_LINE] for line in lines[:QUOTE_LINES]]
    starts = [start for start in (_own_start(searched), _quotequail_start(searched)) if start is not None]
    kept = lines
    if starts:
        start = min(starts)
        end = _intro_end(searched, start)
        following = next((line for line in lines[end:] if line.strip()), "")
        # Marked with '>', the quote ends where the marks end, and people answer below and between it.
        kept = lines[:start] + (lines[end:] if following.lstrip().startswith(">") else [])
    new = "\n".join(_without_signature(_without_quoted(kept))).strip()
    return new or "\n".join(_without_quoted(kept)).strip() or text.strip()
