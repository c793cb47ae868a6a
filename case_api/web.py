"""Flask with one transaction a request."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.wrappers import Response

from case_api.access.actor import Actor
from case_api.db.unit import LazyUnit, running


class UnitFlask(Flask):
    """A Flask app whose request is one unit of work.

    The unit opens at first use, for the actor that `actor_loader` tells; it commits once, after the view returned and
    before the first byte leaves, and is undone when the view raises. Responses are complete by then: a stream must not
    read the database.
    """

    actor_loader: Callable[[], Actor] = staticmethod(Actor.anonymous)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view of ours is a coroutine, and asking each function at each request is not free."""
        return func

    def full_dispatch_request(self) -> Response:
        lazy = LazyUnit(lambda: self.actor_loader())
        with running(lazy):
            try:
                return super().full_dispatch_request()
            finally:
                lazy.abandon()

    def dispatch_request(self) -> Response:
        from case_api.db.unit import _current

        lazy = _current.get()
        try:
            response = self.make_response(super().dispatch_request())
            lazy.finish()
        except BaseException:
            lazy.abandon()
            raise
        return response
