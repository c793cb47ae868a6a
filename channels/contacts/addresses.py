"""Addresses as values: one spelling each."""

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

PHONE_KINDS = frozenset({"sms", "whatsapp", "phone"})  # "phone": spoken, and nothing else
TYPED = "phone_unverified"  # a number that somebody typed: it belongs to nobody until it is proved


def normalised(kind: str, value: str) -> str:
    """E.164 for phones (Spanish numbers may lack the prefix), lower case for mail.

    What is no number at all (an alphanumeric sender, a WhatsApp id without a phone) stays as it is, without spaces
    at its ends. Raises ValueError for nothing.
    """
    value = re.sub(r"[\x00-\x1f\x7f]", "", value).strip()[:320]
    if kind in PHONE_KINDS or kind == TYPED:
        value = value.removeprefix("whatsapp:").strip()
        value = _e164(value) or value
    elif kind.startswith("email"):
        value = value.lower()
    if not value:
        raise ValueError("an address is not empty")
    return value


def is_address(kind: str, typed: str) -> bool:
    """Whether what somebody typed is a whole phone number (Spanish ones may lack the prefix), or a mail address."""
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in typed):
        return False
    if kind in PHONE_KINDS:
        number = _e164(typed.strip())
        return number is not None and re.fullmatch(r"[\d\s().+-]+", typed.strip()) is not None
    try:
        validate_email(typed.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def is_landline(value: str) -> bool:
    """Whether a number rings on a wall, and takes no SMS."""
    try:
        number = phonenumbers.parse(value, "ES")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE


def _e164(value: str) -> str | None:
    try:
        number = phonenumbers.parse(value, "ES")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
