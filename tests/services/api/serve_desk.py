"""The desk alone, for granian: `tests.services.api.serve_desk:application`."""

from portal.apps import create_staff_app

application = create_staff_app()
