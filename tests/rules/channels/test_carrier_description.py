"""Our adapter beside the carrier's public description: it says only what is described, and knows all it may hear."""

import ast
import inspect

from channels.adapters.twilio import client
from channels.adapters.twilio.codes import STATES
from tests.data.twilio import described

FACTS = described()
INBOUND_ONLY = {"receiving", "received"}


def test_every_state_that_is_described_is_known():
    assert set(FACTS["statuses"]) - INBOUND_ONLY <= set(STATES)


def test_no_state_of_ours_is_made_up():
    assert set(STATES) <= set(FACTS["statuses"])


def test_the_client_is_called_with_described_parameters_alone():
    calls = [
        node for node in ast.walk(ast.parse(inspect.getsource(client)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value).endswith(".messages") and node.func.attr in ("create", "list")
    ]  # fmt: skip
    assert {call.func.attr for call in calls} == {"create", "list"}
    known = {"create": FACTS["create_parameters"]["known"], "list": FACTS["list_parameters"]}
    for call in calls:
        names = {_described(keyword.arg) for keyword in call.keywords if keyword.arg and keyword.arg != "limit"}
        assert names <= set(known[call.func.attr])


def _described(argument: str) -> str:
    return "".join(part.capitalize() for part in argument.strip("_").split("_"))
