"""What a run is pointed at: one address, a file of addresses, a sitemap, a crawl, or journeys in YAML or JSON."""

import json
import re
import urllib.request
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import yaml

from accessibility.model import State


class Unclear(ValueError):
    """The target cannot be understood; the message says why, for whoever typed it."""


def read(target: str, *, base: str = "") -> list[State]:
    """The states a target names. Raises Unclear."""
    path = Path(target)
    if not re.match(r"^(https?|file):", target) and path.exists():
        text = path.read_text(encoding="utf-8")
        if path.suffix in {".yaml", ".yml", ".json"}:
            return journeys(_load(text, target), base=base)
        if path.suffix == ".xml" or text.lstrip().startswith("<?xml"):
            return [page(url) for url in _sitemap(text.encode(), target)]
        if path.suffix in {".html", ".htm"}:
            return [page(path.resolve().as_uri())]
        return [page(line.split()[0]) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not re.match(r"^(https?|file)://", target):
        raise Unclear(f"«{target}» no es una dirección ni un archivo que exista")
    if re.search(r"sitemap[^/]*\.xml", target):
        return [page(url) for url in _sitemap(_fetch(target), target)]
    return [page(target)]


def page(url: str) -> State:
    """A state that is an address alone; named by its path."""
    if not re.match(r"^(https?|file)://", url):
        raise Unclear(f"«{url}» no es una dirección: debe empezar por http:// o https://")
    parts = urlsplit(url)
    name = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return State(name=name if parts.scheme != "file" else Path(parts.path).name, url=url)


def journeys(plain: Any, *, base: str = "") -> list[State]:
    """States from {base, pages: [{name, url, who, level, steps, title, status}]} or the bare list. Raises Unclear."""
    if isinstance(plain, dict):
        base = base or plain.get("base", "")
        plain = plain.get("pages", plain.get("journeys"))
    if not isinstance(plain, list) or not plain:
        raise Unclear("el archivo de recorridos debe tener una lista «pages» con al menos una página")
    states = []
    for number, one in enumerate(plain, 1):
        if isinstance(one, str):
            one = {"url": one}
        if not isinstance(one, dict) or not (one.get("url") or one.get("steps")):
            raise Unclear(f"el recorrido {number} no tiene «url» ni «steps»")
        steps = list(one.get("steps") or [{"visit": one["url"]}])
        for step in steps:
            if not isinstance(step, dict) or len(step) != 1 or next(iter(step)) not in STEPS:
                raise Unclear(
                    f"el recorrido {number} tiene un paso desconocido: {step!r} (se admiten {', '.join(STEPS)})"
                )
        if "visit" not in steps[0]:
            steps.insert(0, {"visit": one["url"]})
        first = steps[0]["visit"]
        states.append(
            State(
                name=one.get("name") or first,
                url=urljoin(base, first) if base else first,
                steps=steps[1:],
                who=one.get("who"),
                level=one.get("level"),
                title=one.get("title") or "",
                status=one.get("status") or 200,
            )
        )
    names = [s.name for s in states]
    if len(set(names)) != len(names):
        raise Unclear("dos recorridos tienen el mismo nombre")
    return states


STEPS = ("visit", "follow", "fill", "choose", "press", "wait", "key")


def vary(
    states: Iterable[State], *, languages: Iterable[str], themes: Iterable[str], widths: Iterable[int]
) -> list[State]:
    """Each state in each language, theme and width."""
    return [
        replace(state, language=language, theme=theme, width=width)
        for state in states
        for language in (list(languages) or [""])
        for theme in (list(themes) or ["light"])
        for width in (list(widths) or [1280])
    ]


def by_turns(states: list[State], dresses: int) -> list[State]:
    """Of states that stand in `dresses` dresses each: the first dress of each, and one other, taken by turns.

    So that every page is walked in two dresses, and every language, theme and width is seen on as many pages.
    """
    chosen = []
    for number, start in enumerate(range(0, len(states), dresses)):
        each = states[start : start + dresses]
        chosen += [each[0], *([each[1 + number % (dresses - 1)]] if dresses > 1 else [])]
    return chosen


def same_site(links: Iterable[str], start: str) -> list[str]:
    """Links of a page that stay on the site, without fragments; no files to download, nothing that logs out."""
    host, found = urlsplit(start).netloc, []
    for link in links:
        clean = urldefrag(link)[0]
        parts = urlsplit(clean)
        if parts.netloc != host or not parts.scheme.startswith("http"):
            continue
        if re.search(r"\.(pdf|docx?|xlsx?|zip|jpe?g|png|gif|svg|css|js|xml|ics|csv|mp[34])$", parts.path, re.I):
            continue
        if re.search(r"(logout|salir|signout|cerrar-sesion)", parts.path, re.I) or clean in found:
            continue
        found.append(clean)
    return found


def _load(text: str, name: str) -> Any:
    try:
        return json.loads(text) if name.endswith(".json") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as wrong:
        raise Unclear(f"«{name}» no se puede leer: {wrong}") from wrong


def _fetch(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 the address is the user's own
            return answer.read(20_000_000)
    except OSError as wrong:
        raise Unclear(f"«{url}» no responde: {wrong}") from wrong


def _sitemap(content: bytes, name: str, depth: int = 0) -> list[str]:
    if b"<!ENTITY" in content or b"<!DOCTYPE" in content:
        raise Unclear(f"«{name}» no es un mapa de sitio corriente")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 entities are refused above
    except ElementTree.ParseError as wrong:
        raise Unclear(f"«{name}» no se puede leer: {wrong}") from wrong
    found = [e.text.strip() for e in root.iter() if e.tag.rpartition("}")[2] == "loc" and e.text]
    if root.tag.rpartition("}")[2] == "sitemapindex" and depth < 2:
        return [url for each in found for url in _sitemap(_fetch(each), each, depth + 1)]
    if not found:
        raise Unclear(f"«{name}» no nombra ninguna página")
    return found
