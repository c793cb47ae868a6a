"""Language of page and parts, and direction: what is declared against what is written."""

import re
from typing import Any

from accessibility.languages import RIGHT_TO_LEFT, WORDS, Guess, guess, script_of, tag_matches, words_of
from accessibility.registry import Check

CHECKS = [
    Check("language-page-wrong", ("3.1.1",), "error",
          ("La página está en un idioma y declara otro", "Corrija el atributo lang de html."),
          ("The page is in one language and declares another", "Mend the lang of html.")),
    Check("language-part-undeclared", ("3.1.2",), "error",
          ("Un fragmento está en otro idioma y no se declara", "Póngale el atributo lang."),
          ("A passage is in another language and does not say so", "Give it a lang attribute.")),
    Check("language-part-wrong", ("3.1.2",), "error",
          ("Un fragmento declara un idioma que no es el suyo", "Corrija su atributo lang."),
          ("A passage declares a language that is not its own", "Mend its lang attribute.")),
    Check("direction-wrong", ("1.3.2",), "error",
          ("El texto va en la dirección contraria a la de su escritura", "Ponga dir=\"rtl\" o dir=\"ltr\" según la escritura."),
          ("The text runs against the direction of its script", "Set dir=\"rtl\" or dir=\"ltr\" by its script.")),
]  # fmt: skip

# How much likelier (natural logarithm) another language must be before we say so, by kind of passage.
_PAGE, _PART, _QUOTE = 12.0, 7.0, 4.0


_ACRONYM = re.compile(r"\b[A-ZÁÉÍÓÚÑ]{2,8}\b")
# "art. 43", "p. 12": what is cited is cut short alike in many languages.
_CITED = re.compile(r"\b[^\W\d_]{1,4}\.\s*(?=\d)")
# Proper names need no language of their own: what stands in brackets after a name, and names of three words and more.
_BRACKETS = re.compile(r"(?<=\w )\([^()]{1,80}\)")
_NAME = re.compile(
    r"\b[A-ZÁÉÍÓÚÑÇ]\w+(?:(?: (?:de|del|de la|la|las|los|el|y|e|i|of|the|and|for|da|do|des|du|der|von))? [A-ZÁÉÍÓÚÑÇ]\w+){2,}"
)


def _without_names(text: str) -> str:
    rest = _NAME.sub(" ", _BRACKETS.sub(" ", _CITED.sub(" ", _ACRONYM.sub(" ", text))))
    # A passage that is hardly more than a name says nothing of its language, unless its letters do.
    return rest if len(words_of(rest)) >= 2 or script_of(rest) != "LATIN" else ""


def of_texts(page_language: str, texts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Findings. `texts`: {selector, text, lang (nearest declared), declared (on a part), quoted, direction, …}."""
    findings: list[dict[str, Any]] = []
    whole = " ".join(t["text"] for t in texts if not t["declared"])
    found = guess(whole[:20000])
    page = page_language.lower().split("-")[0]
    page_wrong = False
    # Latin is filler text ("lorem ipsum") far more often than Latin: here and below.
    if (
        found
        and found.language != "la"
        and page
        and len(words_of(whole)) >= 8
        and not tag_matches(page, found)
        and _sure(found, page, _PAGE)
    ):
        page_wrong = True
        findings.append(
            {"rule": "language-page-wrong", "selector": "html", "detail": f"lang={page_language} → {found.language}"}
        )
    seen = set()
    for text in texts:
        key = (text["text"][:80], text["lang"])
        if key in seen:
            continue
        seen.add(key)
        findings += _direction(text)
        one = _part(text, page, page_wrong, found)
        if one:
            findings.append(one)
    return findings


def _sure(found: Guess, other: str, least: float) -> bool:
    if found.script != "LATIN":
        return True
    if other not in WORDS:
        # A language whose words we do not know: only a clear hit on ours counts.
        return (
            found.words >= 12
            and min((m for o, m in found.margins.items() if o != found.language), default=0) > least * 1.5
        )
    return found.over(other) > least


def _part(text: dict[str, Any], page: str, page_wrong: bool, whole: Guess | None) -> dict[str, Any] | None:
    language = text["lang"].lower().split("-")[0]
    # Acronyms are spelled alike in every language.
    found = guess(_without_names(text["text"]) if not text["text"].isupper() else text["text"])
    if not found or not language or re.search(r"https?:|www\.|@|\{|\}|[;=<>]{2}|\w-\w+-\w|/\w+[/.-]", text["text"]):
        return None
    if text["declared"]:
        least = _QUOTE if found.words >= 3 else 99.0
        # Latin is what scholarly words of any language look like.
        if (
            found.language != "la"
            and not tag_matches(language, found)
            and _known(language)
            and _sure(found, language, least)
        ):
            return _as(
                "language-part-wrong", text, f"lang={text['lang']} → {found.language}: {text['text'][:80]}", found, 7
            )
        return None
    if page_wrong and whole and found.language == whole.language:
        return None
    if tag_matches(language, found) or page_wrong or found.language == "la":
        return None
    if found.script != "LATIN" and script_of(text["text"]) != "LATIN":
        letters = sum(1 for c in text["text"] if c.isalpha())
        least_letters = 4 if text["block"] else 6
        return (
            _as("language-part-undeclared", text, f"{found.language}: {text['text'][:80]}", found, 0)
            if letters >= least_letters
            else None
        )
    capitals = sum(1 for w in text["text"].split() if w[:1].isupper())
    names = capitals > 0.6 * max(1, len(text["text"].split()))
    if names and not text["quoted"]:
        return None
    if text["quoted"] and found.words >= 3 and _sure(found, language, _QUOTE):
        return _as("language-part-undeclared", text, f"{found.language}: {text['text'][:80]}", found, 9)
    if found.words >= 6 and _sure(found, language, _PART + 3):
        return _as("language-part-undeclared", text, f"{found.language}: {text['text'][:80]}", found, 14)
    return None


def _known(language: str) -> bool:
    return language in WORDS or len(language) in (2, 3)


def _as(rule: str, text: dict[str, Any], detail: str, found: Guess, certain: float) -> dict[str, Any]:
    one: dict[str, Any] = {"rule": rule, "selector": text["selector"], "detail": detail}
    other = text["lang"].lower().split("-")[0]
    if found.script == "LATIN" and (found.over(other) < certain or other not in WORDS):
        one["certainty"] = "warning"
    return one


def _direction(text: dict[str, Any]) -> list[dict[str, Any]]:
    script = script_of(text["text"])
    letters = [c for c in text["text"] if c.isalpha()]
    if len(letters) < 4 or not script:
        return []
    right = script in {"ARABIC", "HEBREW"}
    mixed = text["text"].lstrip()[:1]
    # A word or two alone look the same either way.
    if right and len(text["text"].split()) <= 2:
        return []
    if right and text["direction"] == "ltr" and text["block"] and not text["plaintext"]:
        return [{"rule": "direction-wrong", "selector": text["selector"], "detail": f"{script}, dir=ltr"}]
    # Latin lines inside a right-to-left page are the everyday case (names, addresses): only what says so itself is wrong.
    own = text["own_direction"] == "rtl" and not right
    declared = text["lang"].lower().split("-")[0]
    if own and (declared not in RIGHT_TO_LEFT) and mixed and len(words_of(text["text"])) >= 2:
        return [{"rule": "direction-wrong", "selector": text["selector"], "detail": f"{script}, dir=rtl"}]
    return []
