"""`alma pages`: every page and state, as journeys that an audit can walk."""

import click

from case_api.settings import settings
from portal.cli.output import answer, as_json
from portal.pages import every_page


@click.command()
@as_json
def pages(json_wanted: bool) -> None:
    """Every page and state: its address, who sees it, and how to reach it."""
    if not json_wanted:
        answer(
            [{"name": p.name, "url": p.url, "who": p.who or "-", "steps": len(p.steps)} for p in every_page()], False
        )
        return
    answer(
        {
            "base": settings().PUBLIC_URL,
            "languages": settings().languages,
            "themes": ["light", "dark"],
            "widths": [320, 1280],
            "pages": [page.journey() for page in every_page()],
        },
        True,
    )
