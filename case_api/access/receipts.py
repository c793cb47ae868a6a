"""The receipt of a consent: a record to keep, machine-readable, with the fields of ISO/IEC TS 27560:2023."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from case_api.access import consent_words as words
from case_api.access.levels import WORDS as LEVELS
from case_api.access.levels import Level
from case_api.access.table import Table
from case_api.settings import settings

if TYPE_CHECKING:
    from case_api.access.consent import Consent

SCHEMA = "ISO/IEC TS 27560:2023"
CONTROLLER = "ayuntamiento"


def receipt(consent: "Consent", table: Table, events: Sequence[tuple[datetime, str]]) -> dict[str, Any]:
    """The whole record. `events` in their order; instants in UTC, ISO 8601. Only our own ids identify."""
    switch = table.switches.get(consent.switch)  # type: ignore[call-overload]
    levels = sorted(switch.levels) if switch else []
    opposition = consent.switch == "O"
    special = Level.N4 in levels
    information = [{"pii_type": str(words.DATA.get(one, one)), "special_category": False} for one in consent.data] or [
        {"pii_type": str(LEVELS[level]), "special_category": level == Level.N4} for level in levels
    ]
    kind = "objection" if opposition else "explicit_consent" if special else "expressed_consent"
    return {
        "schema_version": SCHEMA,
        "receipt_id": str(consent.receipt_id),
        "record_id": str(consent.id),
        "pii_principal_id": str(consent.person_id),
        "pii_processing": {
            "privacy_notice": {
                "url": f"{settings().PUBLIC_URL}/privacidad",
                "text": consent.words,
                "sha256": consent.words_sha256,
            },
            "language": consent.language,
            "purposes": [
                {
                    "purpose": str(words.PURPOSES.get(consent.purpose or "", consent.switch_words)),
                    "purpose_type": consent.switch,
                    "lawful_basis": "Ley 39/2015 art. 28.2"
                    if opposition
                    else "RGPD art. 9.2.a"
                    if special
                    else "RGPD art. 6.1.a",
                    "pii_information": information,
                    "pii_controllers": [CONTROLLER],
                    "collection_method": consent.channel,
                    "processing_method": _("No se consulta.") if opposition else _("Se muestra; no se entrega copia."),
                    "retention_period": consent.expires_at.isoformat() if consent.expires_at else None,
                    "jurisdiction": "ES",
                    "recipient_third_parties": [consent.recipient_name],
                    "services": [consent.file_title] if consent.file_title else [],
                    "withdrawal_method": f"{settings().PUBLIC_URL}/carpeta/permisos",
                    "privacy_rights": f"{settings().PUBLIC_URL}/privacidad",
                }
            ],
        },
        "party_identification": [
            {
                "party_id": CONTROLLER,
                "party_role": "pii_controller",
                "party_name": _("Ayuntamiento"),
                "party_type": "public",
            },
            {
                "party_id": consent.recipient_name,
                "party_role": "third_party",
                "party_name": consent.recipient_words,
                "party_type": consent.recipient_kind,
            },
        ],
        "events": [
            {
                "event_time": at.isoformat(),
                "event_type": kind,
                "event_state": state,
                "entity_id": str(consent.person_id),
                "validity_duration": consent.expires_at.isoformat() if consent.expires_at else None,
            }
            for at, state in events
        ],
    }
