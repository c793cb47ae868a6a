"""The receipt of a consent: a record to keep, machine-readable, with the fields of ISO/IEC TS 27560:2023.

Which of them are mandatory, and which the GDPR adds, as the public guide of the W3C's DPV group tells them (CG-FINAL
guide-27560, 2024).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from case_api.access.consents import words
from case_api.access.consents.values import Consent
from case_api.access.levels import WORDS as LEVELS
from case_api.access.levels import Level
from case_api.access.table import Table
from case_api.settings import settings

SCHEMA = "ISO/IEC TS 27560:2023"
CONTROLLER = "ayuntamiento"
AUTHORITY = "aepd"


def _information(kind: str, *, special: bool) -> dict[str, Any]:
    return {"pii_type": kind, "pii_optional": True, "special_pii_category": special}


def receipt(consent: Consent, table: Table, events: Sequence[tuple[datetime, str]]) -> dict[str, Any]:
    """The whole record. `events` in their order; instants in UTC, ISO 8601. Only our own ids identify."""
    switch = table.switches.get(consent.switch)  # type: ignore[call-overload]
    levels = sorted(switch.levels) if switch else []
    opposition = consent.switch == "O"
    special = Level.N4 in levels
    information = [_information(str(words.DATA.get(one, one)), special=False) for one in consent.data] or [
        _information(str(LEVELS[level]), special=level == Level.N4) for level in levels
    ]
    until = consent.expires_at.isoformat() if consent.expires_at else _("Hasta que usted lo quite.")
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
                    "storage_locations": ["ES"],
                    "retention_period": until,
                    "processing_locations": ["ES"],
                    "geographic_restrictions": [_("Unión Europea")],
                    "jurisdiction": "ES",
                    "recipient_third_parties": [consent.recipient_name],
                    "services": [consent.file_title] if consent.file_title else [],
                    "withdrawal_method": f"{settings().PUBLIC_URL}/carpeta/permisos",
                    "privacy_rights": f"{settings().PUBLIC_URL}/privacidad",
                    "authority_party": AUTHORITY,
                }
            ],
        },
        "party_identification": [
            {
                "party_id": CONTROLLER,
                "party_role": "pii_controller",
                "party_name": _("Ayuntamiento"),
                "party_type": "public",
                "party_address": settings().PUBLIC_URL,
                "party_contact": settings().HELP_PHONE,
            },
            {
                "party_id": AUTHORITY,
                "party_role": "authority",
                "party_name": _("Agencia Española de Protección de Datos"),
                "party_type": "public",
                "party_address": "https://www.aepd.es",
                "party_contact": "https://www.aepd.es",
            },
            {
                "party_id": consent.recipient_name,
                "party_role": "third_party",
                "party_name": consent.recipient_words,
                "party_type": consent.recipient_kind,
                "party_address": settings().PUBLIC_URL,
                "party_contact": settings().HELP_PHONE,
            },
        ],
        "events": [
            {
                "event_time": at.isoformat(),
                "event_type": kind,
                "event_state": state,
                "entity_id": str(consent.person_id),
                "validity_duration": until,
            }
            for at, state in events
        ],
    }
