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
# In any language: a name, an address between signs, and a colon at the end, with a time of day or a verb of writing.
_ANY_INTRO = re.compile(r"^.{0,240}<\s*(?:mailto:)?[^<>\s]{1,200}@[^<>\s]{3,200}\s*>\)?.{0,60}[:：]\s*$")
_WRITTEN = re.compile(
    r"\d{1,2}[:.]\d{2}|escribi|escreveu|escriure|wrote|écrit|schrieb|scritto|scris|napisał|написа|пише|пишет|skrev|写道|كتب|كتابة",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[\d٠-٩]{1,2}\s?[:.h]\s?[\d٠-٩]{2}")
# Somebody tells what was written to them: "El 3 de marzo a las 10:00 me escribió:" is a story.
_TOLD = re.compile(
    r"\b(?:me|te|le|nos|os|les|se)\s+(?:lo\s+)?(?:ha\s+|han\s+)?escri|\bwrote\s+(?:me|to\s+me|us)\b", re.IGNORECASE
)
# The words above the quote say that the answers are inside it: then nothing is folded.
_INSIDE = re.compile(
    r"\b(?:abajo|debajo|a\ continuaci[óo]n|entre\ l[íi]neas|en\ (?:rojo|azul|verde|negrita|may[úu]sculas)"
    r"|dentro\ de\ su|sobre\ su\ (?:correo|mensaje|texto)|below|inline|in\ (?:red|blue|bold)|between\ the\ lines"
    r"|أدناه|بالأحمر|sotto|ci-dessous)\b",
    re.IGNORECASE,
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
_SUBJECT_HEAD = re.compile(
    r"^[\s>*_]*(?:Asunto|Subject|Assumpte|Assunto|Oggetto|Objet|Betreff|Тема|الموضوع)\s*[*_]*\s*:", re.IGNORECASE
)
# A program's own line names a program or a device, and says nothing more: no comma, no reason.
_SIGNED = re.compile(
    r"^\s*(?:(?:Enviado\ (?:desde|con|a\ través|por)|Sent\ (?:from|with|via|using)|Enviat\ des\ d|Enviado\ do"
    r"|Envoyé\ (?:de|depuis)|Trimis\ de|Inviato\ da|Von\ meinem|Gesendet\ (?:von|mit)|Sendt\ fra"
    r"|Надіслано\ з|Отправлено\ (?:с|из)|أرسلت\ من|تم\ الإرسال\ من)"
    r"(?=[^,;]*\b(?:i(?:Phone|Pad|Pod|OS|Mac)|Mac|Android|Windows|Samsung|Galaxy|Huawei|Honor|Xiaomi|Redmi|POCO|OPPO|realme|vivo"
    r"|Motorola|moto|Nokia|LG|Sony|Xperia|HTC|BlackBerry|Verizon|Vodafone|Orange|Movistar|AT&T|Outlook|Hotmail|Gmail|Yahoo"
    r"|(?:e-?)?mail|Mailbird|Proton|Thunderbird|Spark|correo|aplicaci[óo]n|app|m[óo]vil|mobile|tel[ée]fono|m[òo]bil|telem[óo]vel"
    r"|smartphone|tablet|tableta|dispositivo|device|phone|mobilger[äa]t|t[ée]l[ée]phone|telefon\w*"
    r"|телефон\w*|هاتف\w*)\b|[^,;]*(?:هاتف|جهاز|iPhone))"
    r"[^,;]{1,90}"
    r"|(?:Obt[eé]n(?:er|ga)?|Get|Descargar?|Obtener)\ Outlook\b.{0,120}|Yahoo\ Mail:.{0,120})$",
    re.IGNORECASE,
)
_REASONS = re.compile(r"\b(?:porque|pero|que|no|because|but|since|not)\b", re.IGNORECASE)
_LEGAL = re.compile(
    r"^\s*[*_]*(?:AVISO\ LEGAL|AVISO\ DE\ CONFIDENCIALIDAD|CLÁUSULA\ DE\ CONFIDENCIALIDAD|CONFIDENCIALIDAD\s*:"
    r"|Este\ (?:mensaje|correo)\b.{0,120}(?:confidencial|destinatari)|This\ (?:e-?mail|message)\b.{0,120}confidential)",
    re.IGNORECASE,
)
_LEGAL_WORDS = re.compile(
    r"confiden\w+|destinatari\w+|privilegiad\w+|legal\w*|protecci[óo]n\ de\ datos|prohib\w+|divulga\w+"
    r"|RGPD|LOPD\w*|2016/679|responsable\ del|por\ error|bórrelo|elimínelo|intended|recipient\w*|disclos\w+"
    r"|unauthori[sz]ed|in\ error|medio\ ambiente|imprimir|virus",
    re.IGNORECASE,
)
_LEAST_LEGAL = 4  # words of that kind: "Este mensaje es confidencial, no lo lea mi marido" is nobody's footer


def _introduces(lines: list[str], at: int) -> bool:
    """A quote's first line names a date or an address: "El médico me escribió:" alone is somebody's story."""
    if _LINE_OF_RULE.match(lines[at]):
        return any(_FROM_HEAD.match(line) for line in lines[at + 1 : at + 4])
    if lines[at].lstrip(" >").startswith(("--", "__")) or _FROM_HEAD.match(lines[at]):
        return True
    end = _intro_end(lines, at)
    own = " ".join(lines[at:end])
    follows = next((line for line in lines[end:] if line.strip()), "").lstrip().startswith(">")
    if "@" in own or follows:
        return bool(re.search(r"[\d٠-٩@<]", own))
    return bool(_CLOCK.search(own)) and not _TOLD.search(own)


def _is_head(lines: list[str], at: int) -> bool:
    """Whether a mail's head stands here, as programs copy it: from, and what else only a mail has."""
    if not _FROM_HEAD.match(lines[at]):
        return False
    near = [line for line in lines[at : at + 7] if _HEAD.match(line)]
    return len(near) >= 3 and ("@" in " ".join(near) or any(_SUBJECT_HEAD.match(line) for line in lines[at : at + 7]))


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
            begun = more == 0 or "<" in line or _CLOCK.search(line)  # a line of the person's own may stand right above
            if begun and _ANY_INTRO.match(joined) and _WRITTEN.search(joined):
                return at
            if at + more + 1 >= len(lines) or not lines[at + more + 1].strip() or len(joined) > _LINE:
                break
            joined = f"{joined} {lines[at + more + 1].strip()}"
        if _RULE.match(line):
            return at
        if _is_head(lines, at):
            above = at - 1
            while above >= 0 and not lines[above].strip():
                above -= 1
            return above if above >= 0 and _LINE_OF_RULE.match(lines[above]) else at
    return None


def _intro_end(lines: list[str], start: int) -> int:
    """The line after the one, perhaps wrapped, that introduces the quote."""
    for end in range(start, min(start + 4, len(lines))):
        if lines[end].rstrip().endswith((":", "：")):
            return end + 1
        if end + 1 < len(lines) and lines[end + 1].lstrip().startswith(">"):
            return end + 1
    return start + 1


def _without_quoted(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.lstrip().startswith(">")]


_A_SENTENCE = re.compile(r"[?¿؟!¡]|^\s*P\.?\s?[DS]\b|^\s*(?:[^\W\d_]{2,}[,.]?\s+){11,}", re.IGNORECASE)


def _all_legal(lines: list[str]) -> bool:
    """Whether all that is left is a footer of that kind: each paragraph speaks like one, and all together enough."""
    paragraphs = [part for part in "\n".join(lines[:80]).split("\n\n") if part.strip()]
    found = [len(set(map(str.lower, _LEGAL_WORDS.findall(part[:5000])))) for part in paragraphs]
    named = re.match(r"\s*[*_]*(?:AVISO|CL[ÁA]USULA|CONFIDENCIALIDAD)\b", lines[0])
    return all(found) and sum(found) >= (2 if named else _LEAST_LEGAL)


def _without_signature(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        dashes = line.rstrip() in {"--", "—"}
        if _LEGAL.match(line[:_LINE]) and (at == 0 or not lines[at - 1].strip()) and _all_legal(lines[at:]):
            return lines[:at]
        signed = _SIGNED.match(line[:_LINE]) and not _REASONS.search(line[:_LINE])
        if not dashes and not signed:
            continue
        tail = [other for other in lines[at + 1 : at + 40] if other.strip()]
        most, longest = (8, 500) if dashes else (2, 200)
        if any(_A_SENTENCE.search(other) for other in tail):
            continue  # somebody went on below: a question, a postscript
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
        if _INSIDE.search("\n".join(searched[:start])):
            end, following = start, ">"
        kept = lines[:start] + (lines[end:] if following.lstrip().startswith(">") else [])
    new = "\n".join(_without_signature(_without_quoted(kept))).strip()
    return new or "\n".join(_without_quoted(kept)).strip() or text.strip()
