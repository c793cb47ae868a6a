"""How hard the words are: INFLESZ in Spanish, Flesch in English, easy-read rules (UNE 153101) where a page claims them."""

import re
from typing import Any

from accessibility.registry import Check

CHECKS = [
    Check("text-hard", ("3.1.5",), "warning",
          ("Texto difícil de leer", "Frases cortas, palabras corrientes, una idea por frase."),
          ("Text that is hard to read", "Short sentences, everyday words, one idea a sentence.")),
    Check("sentence-long", (), "warning",
          ("Frase de más de 40 palabras", "Pártala."),
          ("A sentence of more than 40 words", "Divide it.")),
    Check("abbreviation-unexplained", ("3.1.4",), "warning",
          ("Abreviatura sin explicar la primera vez", "Escriba el nombre completo la primera vez, o title en abbr."),
          ("An abbreviation not expanded at first", "Write it in full the first time, or a title on abbr.")),
    Check("easy-read-rules", (), "warning",
          ("La página se presenta como lectura fácil y rompe una de sus reglas", "Revísela con UNE 153101 y valídela con lectores."),
          ("The page calls itself easy read and breaks one of its rules", "Revise it by UNE 153101 and validate it with readers.")),
]  # fmt: skip

_VOWELS = "aeiouáéíóúü"
_STRONG = set("aeoáéóíú")


def syllables(word: str) -> int:
    """Syllables of a Spanish word: diphthongs count once, a stressed weak vowel or two strong ones part."""
    word = re.sub(r"qu(?=[eiéí])", "q", re.sub(r"gu(?=[eiéí])", "g", word.lower()))
    if word.endswith("y"):
        word = word[:-1] + "i"
    count, before = 0, ""
    for letter in word:
        if letter not in _VOWELS:
            if letter != "h":
                before = ""
            continue
        if not before or (letter in _STRONG and before in _STRONG):
            count += 1
        before = letter
    return max(1, count)


def english_syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    if word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(1, groups)


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?…;:])\s+(?=[\"«“(]?[A-ZÁÉÍÓÚÑ¿¡0-9])", text) if re.search(r"\w", s)]


def inflesz(text: str) -> float:
    """206.835 − 62.3·syllables/words − words/sentences (Barrio-Cantalejo): under 40 very hard, over 80 very easy."""
    words = re.findall(r"[^\W\d_]+", text)
    if not words:
        return 100.0
    return 206.835 - 62.3 * sum(map(syllables, words)) / len(words) - len(words) / max(1, len(sentences(text)))


def flesch(text: str) -> float:
    """Flesch reading ease for English."""
    words = re.findall(r"[^\W\d_]+", text)
    if not words:
        return 100.0
    return (
        206.835
        - 84.6 * sum(map(english_syllables, words)) / len(words)
        - 1.015 * len(words) / max(1, len(sentences(text)))
    )


def of_texts(paragraphs: list[dict[str, Any]], easy_read: bool) -> list[dict[str, Any]]:
    """Findings a paragraph: {selector, text, lang}. Only whole paragraphs are scored, never joined labels."""
    findings = []
    for one in paragraphs:
        language = one["lang"].lower().split("-")[0]
        if language not in {"es", "en"}:
            continue
        text = one["text"]
        count = len(re.findall(r"[^\W\d_]+", text))
        score = inflesz(text) if language == "es" else flesch(text)
        if count >= 20 and score < 40:
            findings.append(
                {
                    "rule": "text-hard",
                    "selector": one["selector"],
                    "detail": f"{'INFLESZ' if language == 'es' else 'Flesch'} {score:.0f}",
                }
            )
        for sentence in sentences(text):
            length = len(re.findall(r"[^\W\d_]+", sentence))
            if length > 40:
                findings.append(
                    {"rule": "sentence-long", "selector": one["selector"], "detail": f"{length}: {sentence[:80]}…"}
                )
                break
        if easy_read and language == "es":
            findings += _easy(one, score, count)
    return findings


def _easy(one: dict[str, Any], score: float, count: int) -> list[dict[str, Any]]:
    text, wrong = one["text"], []
    longest = max((len(re.findall(r"\w+", s)) for s in sentences(text)), default=0)
    if longest > 20:
        wrong.append(f"{longest} palabras en una frase")
    if count >= 15 and score < 65:
        wrong.append(f"INFLESZ {score:.0f}")
    if re.search(r"\b(?:etc\.|etcétera|\.\.\.|p\. ?ej\.|art\.|núm\.)|[;%&/]", text):
        wrong.append("abreviaturas o signos difíciles")
    if re.search(r"\b[XVI]{2,}\b", text):
        wrong.append("números romanos")
    if len(re.findall(r"\b\w+mente\b", text)) > 1:
        wrong.append("adverbios en -mente")
    if re.search(r"\b(?:fue|fueron|ha sido|han sido|será|serán) \w+(?:ado|ido|ada|ida|ados|idos)s?\b", text):
        wrong.append("voz pasiva")
    return [{"rule": "easy-read-rules", "selector": one["selector"], "detail": " · ".join(wrong)}] if wrong else []
