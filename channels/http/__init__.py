"""The web side of the channels: what carriers post to us. No pages, no sessions, no portal machinery."""

from channels.http.intake_app import create_intake_app

__all__ = ["create_intake_app"]
