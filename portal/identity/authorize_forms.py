"""The form on which a person lets an application in: one box a switch, none ticked beforehand."""

from typing import Any

from flask import request

from portal.look.widgets import Form


class AuthorizeForm(Form):
    """A token, and boxes that the page draws from the offers; each carries the hash of the words beside it."""

    def offer(self, offers: list[Any]) -> None:
        """Take the boxes that were ticked, of those on offer only."""
        known = {one.switch for one in offers}
        self.chosen = set(request.form.getlist("permiso")) & known

    def read_words(self, switch: str) -> str:
        """The hash of what stood beside the box."""
        return request.form.get(f"leido-{switch}", "")
