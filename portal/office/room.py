"""What the office's routes share: the blueprint, the person's own door, pages for whom we have no record of."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from flask_login import current_user

from case_api.access.actor import Actor
from case_api.access.door import Door, open_door
from case_api.access.purposes import Purpose

blueprint = Blueprint("office", __name__)


def actor() -> Actor:
    """Who is logged in."""
    return current_user.actor


def my_id() -> UUID:
    """The person who is logged in; only in views marked `for_the_known`."""
    return current_user.login.person_id


def my_door(purpose: Purpose = Purpose.OWN_RECORD) -> Door:
    """The door to one's own record, for this request."""
    return open_door(actor(), purpose)


def for_the_known(view: Callable) -> Callable:
    """Show a view to people on record only; for the others a page says that there is no record yet, and what to do."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if current_user.login.person_id is None:
            return render_template("pages/office/no_record.html")
        return view(*args, **kwargs)

    return answer
