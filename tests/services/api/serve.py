"""The API alone, for granian: `tests.services.api.serve:application`."""

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from case_api.http.app import MOUNT, create_api_app
from channels.http.conversation_copy import TALKS
from channels.http.conversation_views import blueprint as conversations

application = DispatcherMiddleware(Flask("nothing"), {MOUNT: create_api_app([conversations], TALKS)})
