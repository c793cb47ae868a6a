"""Twilio's errors: code, HTTP status and words, as its public list of errors gives them."""

from typing import Any

from flask import Response, jsonify

# Errors answered to a request: code -> (HTTP status, message with named holes).
REFUSALS: dict[int, tuple[int, str]] = {
    12100: (400, "Document parse failure"),
    21205: (400, "Url is not valid, or Twiml is empty or too long"),
    21210: (400, "'From' phone number not verified: %(what)s"),
    20001: (400, "Invalid parameter: %(what)s"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20404: (404, "The requested resource %(what)s was not found"),
    20409: (409, "Message cannot be deleted or changed in its present state"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21211: (400, "Invalid 'To' Phone Number: %(what)s"),
    21212: (400, "Invalid 'From' Phone Number: %(what)s"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number provided (%(what)s) is not a valid message-capable Twilio phone number for this "
        "destination.",
    ),
    21609: (400, "The StatusCallback URL %(what)s is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "To number: %(what)s, is not a mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL(s)"),
    21655: (400, "The ContentSid is Invalid"),
    21656: (400, "The Content Variables parameter is invalid."),
    21701: (400, "The Messaging Service does not exist"),
    21910: (400, "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel"),
    35118: (400, "MessagingServiceSid is required to schedule a message"),
    63007: (400, "Twilio could not find a Channel with the specified From address"),
    63016: (
        400,
        "Failed to send freeform message because you are outside the allowed window. If you are using WhatsApp, "
        "please use a Message Template.",
    ),
}

# Errors that show later, on a message.
FAILURES: dict[int, str] = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30008: "Unknown error",
    63016: REFUSALS[63016][1],
    63024: "Invalid message recipient",
}


class Refusal(Exception):  # noqa: N818 - it is an answer
    """A request that Twilio would refuse, with its code."""

    def __init__(self, code: int, what: str = "", *, status: int | None = None) -> None:
        known_status, words = REFUSALS[code]
        self.code = code
        self.status = status or known_status
        self.message = words % {"what": what}
        super().__init__(code)

    def body(self) -> dict[str, Any]:
        """The four fields of Twilio's error JSON."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }

    def response(self) -> Response:
        """The answer to send."""
        answer = jsonify(self.body())
        answer.status_code = self.status
        if self.status == 401:
            answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
        if self.status == 429:
            answer.headers["Retry-After"] = "1"
        return answer
