"""Addresses as values: one spelling each."""

import re

import phonenumbers

PHONE_KINDS = frozenset({"sms", "whatsapp"})


def normalised(kind: str, value: str) -> str:
    """E.164 for phones (Spanish numbers may lack the prefix), lower case for mail.

    What is no number at all (an alphanumeric sender, a WhatsApp id without a phone) stays as it is, without spaces
    at its ends. Raises ValueError for nothing.
    """
    value = re.sub(r"[\x00-\x1f\x7f]", "", value).strip()[:320]
    if kind in PHONE_KINDS:
        value = value.removeprefix("whatsapp:").strip()
        value = _e164(value) or value
    elif kind.startswith("email"):
        value = value.lower()
    if not value:
        raise ValueError("an address is not empty")
    return value


def _e164(value: str) -> str | None:
    try:
        number = phonenumbers.parse(value, "ES")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
