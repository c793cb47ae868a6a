"""Forms as the carrier posts them, signed."""

from twilio.request_validator import RequestValidator

from case_api.settings import settings

SMS = "+34910000001"
WHATSAPP = "whatsapp:+34910000002"


def message_form(sid: str, body: str = "Hola", sender: str = "whatsapp:+34600000005", **extra: str) -> dict[str, str]:
    """An incoming message. The recipient follows the sender's channel."""
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "AccountSid": settings().CARRIER_ACCOUNT_SID,
        "From": sender,
        "To": WHATSAPP if sender.startswith("whatsapp:") else SMS,
        "Body": body,
        "NumMedia": "0",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    } | extra


def status_form(sid: str, status: str, **extra: str) -> dict[str, str]:
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "AccountSid": settings().CARRIER_ACCOUNT_SID,
        "From": WHATSAPP,
        "To": "whatsapp:+34600000005",
        "ApiVersion": "2010-04-01",
    } | extra


def signature(path: str, form: dict, *, token: str | None = None, base: str | None = None) -> str:
    address = (base or settings().PUBLIC_URL) + path
    return RequestValidator(token or settings().CARRIER_AUTH_TOKEN).compute_signature(address, form)


def signed(path: str, form: dict, **how: str) -> dict[str, str]:
    return {"X-Twilio-Signature": signature(path, form, **how)}
