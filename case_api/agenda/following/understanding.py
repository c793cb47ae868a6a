"""What an answer to a reminder says, in few words: by rules that anybody can read, and never more than a proposal.

What the words deny, suppose, ask or doubt is not read as an answer: a person reads it.
"""

import re
import unicodedata
from typing import Literal

Said = Literal["comes", "cancel", "move", "unclear"]
LONGEST = 160

_EXACT: dict[str, Said] = {
    "1": "comes", "si": "comes", "s": "comes", "ok": "comes", "vale": "comes", "de acuerdo": "comes", "yes": "comes",
    "confirmo": "comes", "confirmado": "comes", "alli estare": "comes", "ire": "comes", "voy": "comes",
    "y": "comes", "asistire": "comes", "نعم": "comes",
    "2": "cancel", "c": "cancel", "no": "cancel", "n": "cancel", "cancelar": "cancel", "anular": "cancel",
    "cancela": "cancel", "anula": "cancel", "cancel": "cancel", "لا": "cancel", "no puedo": "cancel",
    "3": "move", "cambiar": "move", "cambio": "move", "change": "move", "تغيير": "move",
}  # fmt: skip
_SIGNS: dict[str, Said] = {"👍": "comes", "👌": "comes", "✅": "comes", "👎": "cancel", "❌": "cancel"}
# As thumbs write: what is joined, doubled or spelt by ear.
_SPELT = (
    (re.compile(r"\bno?\s?(pueo|puedoo|peudo|puedo)\b"), "no puedo"),
    (re.compile(r"\bn\s?puedo\b"), "no puedo"),
    (re.compile(r"\b(hir|irr)\b"), "ir"),
    (re.compile(r"\bboy\b"), "voy"),
    (re.compile(r"\b(podre|podria) (hir|ir)\b"), "podre ir"),
)
_COME = r"(?:ir|asistir|acudir|venir|llegar|presentarme|hacerlo)"
_WHEN = (
    r"(?:manana|hoy|ese dia|esa hora|a esa hora|a las \d+|el (?:lunes|martes|miercoles|jueves|viernes|dia \d+)|"
    r"este (?:lunes|martes|miercoles|jueves|viernes|dia))"
)
_OTHER = r"otr[oa] (?:dia|hora|fecha|momento|cita)"
_MOVE = re.compile(
    r"\b((?:cambiar|cambiarla|cambiarmela|cambiarme|cambio|cambienmela|cambienla|cambieme)"
    r"(?! de (?!hora|dia|fecha|cita))\b(?! (?:la|el|mi|de) (?!cita|hora|dia|fecha))|"
    rf"(?:mejor|para|a|prefiero|preferiria|poner|ponerme|dar|dan|darme|den|deme|dame|querria|quiero|quisiera|necesito|"
    rf"pasar|pasarla|ser|hay) (?:el |la |para )?{_OTHER}|^{_OTHER}(?! me\b)|no pued[oe].*{_OTHER}|"
    r"aplazar|aplazarla|retrasarla?|adelantarla?|moverla?|posponerla?|(?:un poco|algo|rato|ir) mas (?:tarde|pronto)|"
    r"^mas (?:tarde|pronto)$|(?:puede|podria|podra) ser (?:el|la|otro|otra|a las|por la)|"
    r"no (?:me|nos) (?:viene|va|cae) bien|reschedule|another day|another time)\b"
)
_CANCEL = re.compile(
    rf"\b(no (?:puedo|podemos|podre|podremos|me puedo) {_COME}|no me puedo presentar|"
    rf"no (?:puede|pueden|podra|podran) (?:ir|asistir|acudir)|"
    rf"no (?:puedo|podemos|podre|podremos) {_WHEN}|no (?:puedo|podemos|podre|podremos)$|"
    rf"no (?:voy|vamos) a (?:{_COME}|poder(?: {_COME}| {_WHEN}|$))|no va a (?:ir|asistir|acudir|poder {_COME})|"
    rf"no (?:voy|vamos|ire|iremos|asistire|acudire)$|"
    rf"no (?:ire|asistire|acudire)\b|no (?:voy|vamos) {_WHEN}|"
    rf"(?:no (?:me |nos )?(?:es|sera|va a ser|resulta) posible|"
    rf"(?:me|nos) (?:es|va a ser|resulta) imposible)(?: {_COME}|$)|"
    rf"imposible (?:{_COME}|{_WHEN})|"
    r"(?:quiero|quisiera|querria|necesito|deseo|por favor|puede|pueden|podria|podrian|podeis|me) "
    r"(?:cancelar|anular)(?:la|mela|me la)?(?: (?:la|mi) cita|$| por favor)|"
    r"(?:cancelen|anulen|cancele|anule|cancelad|anulad)(?:la|me la|mela)?(?: (?:la|mi) cita|$| por favor| ya)|"
    r"(?:cancelar|anular) (?:la|mi) cita|"
    r"(?:cannot|can't|can not) (?:come|make it|attend|go)|"
    r"won't (?:be able to|come|make it)|not able to (?:come|attend)|cancel (?:my|the) appointment)"
    r"|لا استطيع (?:الحضور|المجيء|القدوم|الذهاب)|لن (?:اتمكن|استطيع|احضر|اتي)|الغاء الموعد|الغوا الموعد"
)
_COMES = re.compile(
    r"(?<!no )\b(confirmo|confirmad[oa] (?:la|mi) (?:cita|asistencia)|asistire|asistiremos|"
    r"(?:alli|ahi) estare(?:mos)?|"
    r"no falta(?:re|remos)|ire sin falta|^voy a ir$|si (?:que )?(?:voy|ire|iremos|puedo|puedo ir|podre ir|podemos ir)$|"
    r"i will come|i'll be there)\b"
    r"|ساحضر|سوف احضر"
)
_AGREES = re.compile(
    r"(?:(?:si|ok|okey|vale|de acuerdo|perfecto|muy bien|genial|claro|gracias|muchas gracias|confirmado|confirmo|"
    r"ire|iremos|voy|vamos|alli estare|ahi estare|yes|thanks|thank you)(?: |$))+"
)
_NUMBER = re.compile(
    r"(?:la |el )?(?:(?:opcion|respuesta|numero|respondo|digo|marco) (?:la |el |un )?)?([123])"
    r"(?: (?:gracias|por favor))?"
)
# What reads like an answer and is none, or the opposite: what is asked not to be done, what is feared or supposed, what
# somebody cannot do besides coming. A person reads these.
_NOT_SAID = re.compile(
    r"\bno (?:quiero|quisiera|querria|deseo|hace falta|hay que|voy a|pienso|se puede|puedo) "
    r"(?:que )?(?:cancel|anul|cambi)\w*|"
    r"\bno (?:me |nos )?(?:la |lo )?(?:cancel|anul|cambi)(?:e|en|es|eis|ad|a|an|o|ado|aron)\b|"
    r"\bsi (?:al final |luego )?no (?:puedo|puede|pudiera|podemos|voy|llego|vamos)\b|\bque pasa si\b|\ben caso de\b|"
    r"\bno (?:puedo|puede|pueden|podemos|podre) (?:ir|salir|venir) (?:al (?!centro|la cita)|a casa|sin |"
    r"sol[oa]s?\b|andando|"
    r"a (?:comprar|trabajar|pie|clase)|en (?:metro|autobus|coche|taxi))|"
    r"\bpor que no (?:puedo|puede)|\bdon't cancel|\bdo not cancel|\bif i can't"
)
_DOUBTED = re.compile(
    rf"\bno (?:se|sabemos|estoy segur[oa]|tengo claro) (?:de )?si\b|\bno creo que\b|\bquiza|\ba lo mejor\b|"
    rf"\bigual no\b|"
    rf"\bno (?:puedo|podre|podemos) {_COME} (?:antes|hasta|tan|a tiempo|mas pronto)|\bnot sure\b"
)


def _plain(words: str) -> str:
    folded = "".join(
        sign for sign in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(sign)
    )
    plain = " ".join(re.sub(r"[^\w\s']", " ", folded.replace("’", "'")).split())
    for written, meant in _SPELT:
        plain = written.sub(meant, plain)
    return plain


def understand(words: str) -> Said | None:
    """What an answer to a reminder says; None when it says nothing about coming, `unclear` when it says two things or
    doubts.

    Only short answers are read: a long message is for a person.
    """
    plain = _plain(words)
    if not plain and (signs := {_SIGNS.get(sign) for sign in words if sign in _SIGNS}):
        return next(iter(signs)) if len(signs) == 1 else "unclear"
    if not plain or len(plain) > LONGEST:
        return None
    if plain in _EXACT and not {"?", "/"} & set(words):
        return _EXACT[plain]
    if (number := _NUMBER.fullmatch(plain)) and "/" not in words:
        return _EXACT[number[1]]
    if _DOUBTED.search(plain):
        return "unclear"
    if _NOT_SAID.search(plain):
        return None
    return _found(plain, asked="?" in words)


def _found(plain: str, *, asked: bool) -> Said | None:
    found: set[Said] = set()
    if _MOVE.search(plain):
        found.add("move")
    if _CANCEL.search(plain):
        found.add("cancel")
    if _COMES.search(plain) or (not found and plain != "gracias" and _AGREES.fullmatch(plain)):
        found.add("comes")
    if found == {"move", "cancel"}:  # "no puedo ir, ¿otro día?"
        return "move"
    if asked and found == {"cancel"}:  # a wish may be a question, and "¿no puedo ir acompañada?" is none
        return "cancel" if re.search(r"\b(?:cancelar|anular)", plain) else "unclear"
    if len(found) > 1 or (asked and found == {"comes"}):
        return "unclear"
    return next(iter(found), None)
