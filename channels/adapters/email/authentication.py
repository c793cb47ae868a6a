"""Whether a mail's sender is proved: our own relay's Authentication-Results (RFC 8601), read strictly.

Only the topmost such header counts, only with our authserv-id, and (decided by the caller, who knows the peer) only
when a trusted relay handed the mail over; that relay must remove our id from what comes in (RFC 8601 section 5).
"""

import re
from dataclasses import dataclass

from channels.adapters.email.headers import domain_of

_LONGEST = 8_000


@dataclass(frozen=True, slots=True)
class Verdict:
    passed: bool
    words: str  # 'dmarc=pass' | 'dmarc=fail' | … | 'none'
    notes: tuple[str, ...] = ()
    methods: tuple[tuple[str, str], ...] = ()  # ('spf', 'pass') …: what the relay said of each


def _uncommented(value: str) -> str | None:
    """`value` without comments and with quoted strings opened; None when it is not balanced."""
    out, depth, quoted, escaped = [], 0, False, False
    for char in value:
        if escaped:
            escaped = False
            if not depth:
                out.append(char)
        elif char == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            if char == '"':
                quoted = False
            elif char in ";=":
                return None  # nothing we look for is quoted like this
            else:
                out.append(char)
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth < 0:
                return None
        elif not depth:
            if char == '"':
                quoted = True
            else:
                out.append(char)
    return None if depth or quoted or escaped else "".join(out)


def _results(value: str) -> tuple[str, list[tuple[str, str, dict[str, str]]]] | None:
    plain = _uncommented(value[:_LONGEST]) if len(value) <= _LONGEST else None
    if plain is None:
        return None
    server, *statements = plain.split(";")
    words = server.split()
    if not words or len(words) > 2:
        return None
    results = []
    for statement in statements:
        tokens = re.sub(r"\s*=\s*", "=", statement).split()
        if not tokens or "=" not in tokens[0]:
            continue
        method, _, result = tokens[0].lower().partition("=")
        properties = {}
        for token in tokens[1:]:
            name, equals, content = token.partition("=")
            if equals:
                properties.setdefault(name.lower(), content.lower().rstrip("."))
        results.append((method.partition("/")[0], result, properties))
    return words[0].lower().rstrip("."), results


def _one_word(results: list[str]) -> str:
    """One word for the results of a method: a signature that holds is enough, whatever the others are."""
    known = [re.sub(r"[^a-z]", "", result)[:20] for result in results]
    return "pass" if "pass" in known else known[0] if known else "none"


def verdict(headers: list[tuple[str, str]], *, sender: str, authserv_id: str) -> Verdict:
    """What our relay found about the domain of `sender`. `headers` from the top; pass only with aligned DMARC."""
    ours = authserv_id.lower().rstrip(".")
    values = [value for name, value in headers if name.lower() == "authentication-results"]
    if not values:
        return Verdict(False, "none")
    read = _results(values[0])
    if read is None or read[0] != ours:
        return Verdict(False, "none", ("authentication-results-not-ours",))
    notes = []
    for other in values[1:]:
        claimed = _results(other)
        if claimed is not None and claimed[0] == ours:
            notes.append("authentication-results-twice")
            break
    found = [(result, properties) for method, result, properties in read[1] if method == "dmarc"]
    methods = tuple(
        (name, _one_word([r for method, r, _ in read[1] if method == name])) for name in ("spf", "dkim", "dmarc")
    )
    if len(found) != 1:
        return Verdict(False, "none", tuple(notes), methods)
    result, properties = found[0]
    words = f"dmarc={re.sub(r'[^a-z]', '', result)[:20]}"
    domain = domain_of(sender)
    if result != "pass":
        return Verdict(False, words, tuple(notes), methods)
    if properties.get("header.from", "").rpartition("@")[2] != domain:
        return Verdict(False, words, (*notes, "dmarc-for-another-domain"), methods)
    signatures = [value for name, value in headers if name.lower() == "dkim-signature"]
    if any(re.search(r"(?:^|;)\s*l\s*=", value[:_LONGEST]) for value in signatures):
        # RFC 6376 section 8.2: with l= anybody may append text. Only SPF can still carry the pass.
        spf = [props for method, outcome, props in read[1] if method == "spf" and outcome == "pass"]
        if not any(props.get("smtp.mailfrom", "").rpartition("@")[2] == domain for props in spf):
            return Verdict(False, words, (*notes, "dkim-covers-only-a-part"), methods)
    return Verdict(True, words, tuple(notes), methods)


def vouched(raw: bytes, authserv_id: str) -> bool:
    """Whether a mail's topmost Authentication-Results bears our id: seen in its bytes, before anything is parsed."""
    head = re.split(rb"\r?\n[ \t]*\r?\n", raw[:200_000], maxsplit=1)[0]
    found = re.search(rb"(?im)^authentication-results[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", head)
    if found is None:
        return False
    read = _results(found[1].decode("latin-1"))
    return read is not None and read[0] == authserv_id.lower().rstrip(".")
