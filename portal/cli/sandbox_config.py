"""What the sandbox is told: the addresses, keys and sample people it shares with this install."""

import json
import os
from pathlib import Path

from case_api.city.sample import PEOPLE
from case_api.settings import Settings, settings


def write_sandbox_config() -> Path:
    """Write `var/sandbox.json` (mode 0600, it holds this install's keys) and return its path."""
    values = settings()
    config = {
        "port": values.SANDBOX_PORT,
        "smtp_port": values.SANDBOX_SMTP_PORT,
        "state_path": str(values.VAR_DIR / "sandbox.sqlite"),
        "public_url": values.PUBLIC_URL,
        "carrier": {
            "account_sid": values.CARRIER_ACCOUNT_SID,
            "auth_token": values.CARRIER_AUTH_TOKEN,
            "webhook_url": f"{values.PUBLIC_URL}/channels/twilio/messages#rc=5&rp=all",
            "status_default": "delivered",
            "numbers": {"sms": values.SMS_SENDER, "whatsapp": values.WHATSAPP_SENDER},
            "cloud": _cloud(values),
        },
        "idp": {
            "issuer": values.ISSUER_URL,
            "clients": [
                {
                    "client_id": values.OIDC_CLIENT_ID,
                    "client_secret": values.OIDC_CLIENT_SECRET,
                    "redirect_uris": [f"{values.PUBLIC_URL}/entrar/vuelta"],
                    "post_logout_redirect_uris": [f"{values.PUBLIC_URL}/salir/hecho"],
                }
            ],
            "people": [
                {
                    "sub": person.key,
                    "given_name": person.given_name,
                    "family_name": f"{person.surname1} {person.surname2 or ''}".strip(),
                    "document": person.document,
                    "birthdate": person.birth_date.isoformat(),
                    "email": person.email,
                }
                for person in PEOPLE
            ],
        },
        "mail": {
            "alma_host": "127.0.0.1",
            "alma_port": values.SMTP_PORT,
            "alma_address": values.MAIL_ADDRESS,
            "authserv_id": values.MAIL_AUTHSERV_ID,
            "accounts": [person.email for person in PEOPLE if person.email],
        },
        "phones": [
            {"number": person.phone, "name": person.given_name, "channels": ["sms", "whatsapp"]}
            for person in PEOPLE
            if person.phone
        ],
    }
    path = values.VAR_DIR / "sandbox.json"
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        json.dump(config, file, indent=1, ensure_ascii=False)
    draft.replace(path)
    return path


def _cloud(values: Settings) -> dict[str, str] | None:
    """Meta's part, when this install speaks to it (ALMA_WHATSAPP_PROVIDER=cloud)."""
    if values.WHATSAPP_PROVIDER != "cloud":
        return None
    return {
        "phone_id": values.META_PHONE_ID,
        "number": values.WHATSAPP_SENDER,
        "access_token": values.META_ACCESS_TOKEN,
        "app_secret": values.META_APP_SECRET,
        "webhook_url": f"{values.PUBLIC_URL}/channels/whatsapp",
    }
