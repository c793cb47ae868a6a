"""The receipt against the fields of ISO/IEC TS 27560:2023, as the public guide of the W3C's DPV group lists them."""

import pytest

from case_api.access.door import open_door
from case_api.db import unit_of_work

CARPETA = {"recipient_kind": "client", "recipient_name": "carpeta"}
# Mandatory in the standard, and those that the guide marks as what the GDPR asks for.
HEAD = {"schema_version", "record_id", "receipt_id", "pii_principal_id"}
PROCESSING = {"privacy_notice", "language", "purposes"}
PURPOSE = {
    "purpose", "pii_information", "pii_controllers", "storage_locations", "retention_period", "jurisdiction",
    "recipient_third_parties", "withdrawal_method",
} | {
    "lawful_basis", "collection_method", "processing_method", "processing_locations", "geographic_restrictions",
    "privacy_rights", "authority_party",
}  # fmt: skip
INFORMATION = {"pii_type"} | {"pii_optional", "special_pii_category"}
PARTY = {"party_id", "party_address", "party_name", "party_contact", "party_type"} | {"party_role"}
EVENT = {"event_time", "validity_duration", "entity_id", "event_type", "event_state"}


@pytest.mark.parametrize("switch", ["T1", "T2", "T4", "O"])
def test_every_field_is_there_and_says_something(world, switch):
    to = CARPETA if switch != "O" else {"recipient_kind": "administration", "recipient_name": "sepe"}
    with unit_of_work(world.citizen()) as unit:
        door = open_door(unit.actor, "own_record")
        shown = door.offer(world.ana, switch=switch, **to).words_sha256
        found = door.consent_receipt(door.give(world.ana, switch=switch, **to, shown=shown).id)
    (purpose,) = found["pii_processing"]["purposes"]
    parties = {one["party_id"] for one in found["party_identification"]}
    for part, fields in (
        (found, HEAD), (found["pii_processing"], PROCESSING), (purpose, PURPOSE),
        *((one, INFORMATION) for one in purpose["pii_information"]),
        *((one, PARTY) for one in found["party_identification"]), *((one, EVENT) for one in found["events"]),
    ):  # fmt: skip
        assert fields <= set(part)
        assert [name for name in fields if part[name] in (None, "", [])] == []
    assert {*purpose["pii_controllers"], *purpose["recipient_third_parties"], purpose["authority_party"]} <= parties
