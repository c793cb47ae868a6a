"""Messages and media as Twilio shows them, one by one and in pages."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from portal.sandbox.carrier import errors
from portal.sandbox.carrier.errors import Refusal
from portal.sandbox.carrier.messages import Message
from portal.sandbox.carrier.webhooks import API_VERSION
from portal.sandbox.state import Store

DEFAULT_PAGE = 50
LARGEST_PAGE = 1000


def rfc2822(epoch: float | None) -> str | None:
    """`Fri, 21 Nov 2025 09:00:00 +0000`, as Twilio writes instants."""
    return None if epoch is None else format_datetime(datetime.fromtimestamp(int(epoch), UTC))


def resource(message: Message, account: str) -> dict[str, Any]:
    """The Message resource (api.v2010.account.message)."""
    base = f"/{API_VERSION}/Accounts/{account}/Messages/{message['sid']}"
    code = message["error_code"]
    return {
        "body": "" if message["redacted"] else message["body"],
        "num_segments": str(message["num_segments"]),
        "direction": message["direction"],
        "from": message["sender"],
        "to": message["recipient"],
        "date_updated": rfc2822(message["updated_at"]),
        "price": None,
        "error_message": errors.FAILURES.get(code) if code is not None else None,
        "uri": f"{base}.json",
        "account_sid": account,
        "num_media": str(message["num_media"]),
        "status": message["status"],
        "messaging_service_sid": None,
        "sid": message["sid"],
        "date_sent": rfc2822(message["sent_at"]),
        "date_created": rfc2822(message["created_at"]),
        "error_code": code,
        "price_unit": "USD",
        "api_version": API_VERSION,
        "subresource_uris": {"media": f"{base}/Media.json"},
    }


def media_resource(item: dict[str, Any], account: str) -> dict[str, Any]:
    """The Media resource (api.v2010.account.message.media)."""
    base = f"/{API_VERSION}/Accounts/{account}/Messages/{item['message_sid']}/Media"
    return {
        "account_sid": account,
        "content_type": item["type"],
        "date_created": rfc2822(item["created_at"]),
        "date_updated": rfc2822(item["created_at"]),
        "parent_sid": item["message_sid"],
        "sid": item["sid"],
        "uri": f"{base}/{item['sid']}.json",
    }


def envelope(
    key: str, items: list[dict[str, Any]], *, path: str, number: int, size: int, start: int, more: bool, token: str
) -> dict[str, Any]:
    """A page of a list, with addresses relative to the REST base."""
    joint = "&" if "?" in path else "?"

    def at(page_number: int, page_token: str = "") -> str:
        query = {"PageSize": size, "Page": page_number} | ({"PageToken": page_token} if page_token else {})
        return path + joint + urlencode(query)

    return {
        "first_page_uri": at(0),
        "end": start + max(len(items) - 1, 0),
        "next_page_uri": at(number + 1, token) if more else None,
        "previous_page_uri": at(number - 1) if number > 0 else None,
        "page": number,
        "page_size": size,
        "start": start,
        "uri": at(number),
        key: items,
    }


def page(store: Store, account: str, arguments: MultiDict[str, str]) -> dict[str, Any]:
    """A page of messages for Twilio's filters To, From, DateSent, DateSent<, DateSent>, PageSize, Page, PageToken.

    The token is where the page begins, so that messages arriving meanwhile neither repeat nor hide any.
    """
    conditions, values = ["deleted = 0"], []
    for name, column in (("To", "recipient"), ("From", "sender")):
        if arguments.get(name):
            conditions.append(f"{column} = ?")
            values.append(arguments[name])
    for name, comparison in (("DateSent", "="), ("DateSent<", "<"), ("DateSent>", ">")):
        if arguments.get(name):
            condition, bounds = _when(comparison, arguments[name])
            conditions.append(condition)
            values.extend(bounds)
    size = max(1, min(_number(arguments, "PageSize", DEFAULT_PAGE), LARGEST_PAGE))
    number = _number(arguments, "Page", 0)
    where = " AND ".join(conditions)
    if arguments.get("PageToken"):
        before, skip = _token(arguments["PageToken"]), 0
        where, values = f"{where} AND position < ?", [*values, before]
    else:
        skip = number * size
    found = store.rows(
        f"SELECT * FROM message WHERE {where} ORDER BY position DESC LIMIT ? OFFSET ?",  # noqa: S608
        *values,
        size + 1,
        skip,
    )
    shown = found[:size]
    path = f"/{API_VERSION}/Accounts/{account}/Messages.json"
    filters = {
        name: arguments[name] for name in ("To", "From", "DateSent", "DateSent<", "DateSent>") if name in arguments
    }
    return envelope(
        "messages",
        [resource(message, account) for message in shown],
        path=f"{path}?{urlencode(filters)}" if filters else path,
        number=number,
        size=size,
        start=number * size,
        more=len(found) > size,
        token=f"PA{shown[-1]['sid'][:2]}{shown[-1]['position']:032d}" if shown else "",
    )


def _number(arguments: MultiDict[str, str], name: str, default: int) -> int:
    text = arguments.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or len(text) > 9:
        raise Refusal(20001, name)
    return int(text)


def _token(text: str) -> int:
    if len(text) != 36 or not text[4:].isdecimal() or int(text[4:]) >= 2**63:
        raise Refusal(20001, "PageToken")
    return int(text[4:])


def _when(comparison: str, text: str) -> tuple[str, list[float]]:
    """A condition on the instant of sending. A bare date means that whole UTC day; `<` and `>` include their bound."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise Refusal(20001, "DateSent") from error
    begins = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    length = timedelta(days=1) if len(text) == 10 else timedelta(seconds=1)
    ends = begins + length.total_seconds()
    column = "coalesce(sent_at, created_at)"
    if comparison == "<":
        return f"{column} < ?", [ends]
    if comparison == ">":
        return f"{column} >= ?", [begins]
    return f"{column} >= ? AND {column} < ?", [begins, ends]
