"""Names for findings that stay the same while the page moves around them.

A fingerprint is made of the rule, the state, the component (kind, classes, words) and what names the thing in its own tag (its
name, its file, where it leads): neither the place in the tree nor the order of siblings. So a swapped fault is seen as another
one and reordered siblings are not new.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from accessibility.model import Finding


def _short(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def _steady(text: str) -> str:
    """Text without what changes from run to run: numbers of four digits and more, tokens, dates and times."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[A-Za-z0-9_-]{32,}\b", "…", text)
    return re.sub(r"\d{4,}|\d{1,2}[:/]\d{2}(?:[:/]\d{2,4})?", "#", text)


def content_hash(text: str) -> str:
    """The hash of what a page says, for answers that hold while it says the same."""
    return _short(_steady(re.sub(r"\s+", " ", text)))


def _own_name(snippet: str) -> str:
    """What a tag says of itself and no other says: name, for, src, href; an id where no machine counted it."""
    tag = re.match(r"<[^>]*", snippet)
    found = dict(re.findall(r"\s(name|for|src|href|id)\s*=\s*[\"']([^\"']*)", tag.group() if tag else ""))
    if re.search(r"\d", found.get("id", "")) or found.get("name"):
        found.pop("id", None)
    plain = [f"{key}={value.split('?')[0]}" for key, value in sorted(found.items())]
    # A file's name may bear the hash of what is in it.
    return _steady(re.sub(r"[.-][0-9a-f]{6,}(?=\.\w+$)", "", " ".join(plain)))


def sign(finding: Finding) -> None:
    """Give a finding its component and fingerprint."""
    body = finding.component or re.sub(r'\s(?:id|for|href|src|name|style|nonce)="[^"]*"', "", finding.snippet)
    steady = _steady(re.sub(r"\s+", " ", body))
    finding.component = _short(finding.rule, steady)
    finding.fingerprint = _short(finding.rule, finding.state, steady, _own_name(finding.snippet))


def number(findings: Iterable[Finding]) -> list[tuple[str, Finding]]:
    """Each finding with a key that tells equal ones in one state apart by count, not by place."""
    counts: Counter[str] = Counter()
    keyed = []
    for finding in findings:
        counts[finding.fingerprint] += 1
        keyed.append((f"{finding.fingerprint}:{counts[finding.fingerprint]}", finding))
    return keyed
