"""Every page and state of Alma, told as journeys: who, where, and how to reach it.

A room lists its own in `portal/<room>/pages.py`, beside the views. The audit reads them, the accessibility journeys
walk them, and a test makes sure that no page is left out. Nothing here holds an identifier: a journey follows links, as
people do.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

ROOMS = ("public", "simulators", "identity", "office", "video", "staff")


@dataclass(frozen=True)
class Page:
    """One page in one state.

    `who` is a sample person's key or a professional's login, None for nobody; `level` the assurance of the citizen's
    login. `steps` come after `url`: {"follow": css of a link} · {"fill": {css: text}} · {"choose": css} · {"press": css
    of a button}. `title` is a piece of the title in Spanish that shows we arrived; `status` what the last answer is.
    `route` is the rule of the page shown at the end; without one it is the address itself.
    """

    name: str
    url: str
    who: str | None = None
    level: str = "substantial"
    steps: tuple[dict[str, Any], ...] = ()
    title: str = ""
    status: int = 200
    route: str = ""

    @property
    def shows(self) -> str:
        """The route whose page this is."""
        return self.route or self.url.split("?")[0]

    def journey(self) -> dict[str, Any]:
        """The entry as plain values, for JSON."""
        steps = [{"visit": self.url}, *self.steps]
        return {
            "name": self.name,
            "url": self.url,
            "who": self.who,
            "level": self.level if self.who else None,
            "steps": steps,
            "title": self.title,
            "status": self.status,
        }


def every_page() -> list[Page]:
    """All rooms' pages, in the rooms' order; names are unique."""
    found: list[Page] = []
    for room in ROOMS:
        found += import_module(f"portal.{room}.pages").PAGES
    names = [page.name for page in found]
    assert len(names) == len(set(names)), "two pages bear one name"
    return found
