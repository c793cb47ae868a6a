"""What only shows over several pages: titles, order of navigation, place of help, names."""

import re
from collections import Counter, defaultdict
from urllib.parse import urldefrag, urlsplit

from accessibility.fingerprints import sign
from accessibility.model import Finding, Outcome, Run
from accessibility.registry import checks


def compare(run: Run) -> None:
    """Adds findings to the outcomes. Pages are compared within one language, theme, width and person."""
    groups: dict[tuple[object, ...], list[Outcome]] = defaultdict(list)
    for outcome in run.outcomes:
        if outcome.reached:
            state = outcome.state
            groups[(state.language or outcome.language, state.theme, state.width, state.who)].append(outcome)
    for members in groups.values():
        if len(members) < 2:
            continue
        tested = {
            "site-titles-same",
            "site-navigation-order",
            "site-help-order",
            "site-names-differ",
            "site-one-way",
            "site-language-differs",
        }
        for outcome in members:
            outcome.tested += sorted(tested - set(outcome.tested))
        _titles(members)
        _navigation(members)
        _help(members)
        _names(members)
        _ways(members)
        if len({bool(o.language) for o in members}) > 1:
            for outcome in members:
                if not outcome.language:
                    _add(outcome, "site-language-differs", "html", "")
    for outcome in run.outcomes:
        outcome.facts.pop("site", None)


def _add(outcome: Outcome, rule: str, selector: str, detail: str) -> None:
    check = checks()[rule]
    finding = Finding(rule=rule, certainty=check.certainty, criteria=list(check.criteria), state=outcome.state.key,
                      selector=selector, detail=detail, component=detail)  # fmt: skip
    sign(finding)
    outcome.findings.append(finding)


def _titles(members: list[Outcome]) -> None:
    first: dict[str, Outcome] = {}
    for outcome in members:
        other = first.setdefault(outcome.title, outcome)
        # Two states of one address (a form and its errors) may share a title; another address may not.
        if (
            outcome.title
            and other is not outcome
            and urldefrag(other.url)[0].split("?")[0] != urldefrag(outcome.url)[0].split("?")[0]
        ):
            _add(outcome, "site-titles-same", "title", f"«{outcome.title}»: {other.state.name}")


def _navigation(members: list[Outcome]) -> None:
    """Links that two pages share stand in the same order in their navigation."""
    usual: list[list[str]] = []
    for outcome in members:
        for number, links in enumerate((outcome.facts.get("site") or {}).get("navigation", [])):
            names = [name for name, _ in links]
            if number >= len(usual):
                usual.append(names)
                continue
            common = [n for n in usual[number] if n in names]
            here = [n for n in names if n in usual[number]]
            if len(common) >= 3 and sorted(common) == sorted(here) and common != here:
                _add(outcome, "site-navigation-order", "nav", " · ".join(here[:6]))


def _help(members: list[Outcome]) -> None:
    """Each way to get help stands in one place outside the content: header, footer or navigation."""
    for kind in ("phone", "mail", "contact"):
        places = [(o, h) for o in members if (h := ((o.facts.get("site") or {}).get("help") or {}).get(kind))]
        counts = Counter(place for _, found in places for place in {p for p, _ in found})
        if len(places) < 3 or not counts:
            continue
        usual, times = counts.most_common(1)[0]
        for outcome, found in places:
            if times >= 2 and usual not in {place for place, _ in found}:
                _add(outcome, "site-help-order", "body", f"«{found[0][1]}»: {found[0][0]} ≠ {usual}")


def _names(members: list[Outcome]) -> None:
    """One address in the navigation bears one name on all pages; numbers that count things do not matter."""
    by_address: dict[tuple[int, str], list[tuple[Outcome, str]]] = defaultdict(list)
    for outcome in members:
        seen = set()
        for number, links in enumerate((outcome.facts.get("site") or {}).get("navigation", [])):
            for name, address in links:
                said = " ".join(re.sub(r"\d+", " ", name).casefold().split())
                place = urldefrag(address)[0].split("?")[0]
                if said and (number, place, said) not in seen:
                    seen.add((number, place, said))
                    by_address[number, place].append((outcome, said))
    for (_, place), said in by_address.items():
        names = Counter(name for _, name in said)
        usual, times = names.most_common(1)[0]
        if len(names) < 2 or times < 2:
            continue
        has_usual = {id(o) for o, name in said if name == usual}
        for outcome, name in said:
            if name != usual and id(outcome) not in has_usual:
                _add(outcome, "site-names-differ", "nav", f"«{name}» / «{usual}»: {urlsplit(place).path}")


def _ways(members: list[Outcome]) -> None:
    if len(members) < 4:
        return
    ways = sum(1 for o in members if (o.facts.get("site") or {}).get("search"))
    navigated = sum(1 for o in members if (o.facts.get("site") or {}).get("navigation"))
    if not ways and not navigated:
        _add(members[0], "site-one-way", "body", "")
