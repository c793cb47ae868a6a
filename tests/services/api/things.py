"""Things of Amparo's, one of each kind that the OpenAPI document has an identifier for."""

from typing import Any

from case_api.db import new_id


def put(api: Any, table: str, **values: Any) -> str:
    values.setdefault("id", new_id())
    names = ", ".join(values)
    api.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in values)})", values)
    return str(values["id"])


def made(answer: Any) -> str:
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def everything(api: Any) -> dict[str, str]:
    """The identifiers, by their names in the document."""
    from tests.services.api.test_record import give

    amparo = api.place.amparo
    token, person = api.token(amparo), f"/people/{amparo}"
    later = api.booking()["starts_at"].replace("T10:", "T12:").replace("T09:", "T11:")
    mine = made(api.call("POST", "/appointments", token, json=api.booking()))
    held = made(api.call("POST", "/appointment-holds", token, json=api.booking(starts_at=later)))
    talk = made(api.call("POST", f"{person}/conversations", token, json={"body": "Buenos días"}))
    asked = made(api.call("POST", f"{person}/rights-requests", token, json={"kind": "access", "about": "Todo"}))
    return {
        "person_id": str(amparo),
        "centre_id": str(api.place.unit),
        "file_id": str(api.files[amparo]),
        "document_id": str(api.documents[amparo]),
        "report_id": str(api.documents[amparo]),
        "appointment_id": mine,
        "hold_id": held,
        "consent_id": give(api, amparo, "T3"),
        "conversation_id": talk,
        "request_id": asked,
        "export_id": made(api.call("POST", f"{person}/exports", token)),
        "entry_id": looked_at(api, amparo, token),
        **written_by_staff(api, amparo),
        **owned_by_a_client(api, amparo),
    }


def looked_at(api: Any, person: Any, token: str) -> str:
    seen = api.call("GET", f"/files/{api.files[person]}", api.token(staff=api.place.lucia))
    assert seen.status_code == 200
    return api.call("GET", f"/people/{person}/access-log", token).json["items"][0]["id"]


def written_by_staff(api: Any, person: Any) -> dict[str, str]:
    """A step, a benefit, a household and a plan."""
    day, later = "2026-01-05", "2126-01-05"
    home = put(api, "household", formed_on=day)
    put(api, "household_member", household_id=home, person_id=person, relationship="holder", joined_on=day)
    signed = "2026-01-05T10:00:00Z"
    plan = put(
        api, "plan", person_id=person, title="Plan", author_id=api.place.lucia, starts_on=day, review_on=later,
        signed_at=signed, released_at=signed,
    )  # fmt: skip
    put(api, "plan_goal", plan_id=plan, person_id=person, ordinal=1, title="Salir", state="todo")
    return {
        "household_id": home,
        "plan_id": plan,
        "step_id": put(
            api, "file_step", file_id=api.files[person], person_id=person, ordinal=1, title="Entrevista", state="done"
        ),
        "benefit_id": put(
            api, "benefit", person_id=person, kind="telecare", title="Teleasistencia", state="active", granted_on=day
        ),
    }


def owned_by_a_client(api: Any, person: Any) -> dict[str, str]:
    """A webhook and a recall of a client that none of the strangers is."""
    api.execute(
        "INSERT INTO oauth_client (id, name, kind, scopes, grant_types) VALUES ('other-app', 'Otra', 'app', "
        "'{person:read}', '{}')",
        {},
    )
    webhook, recall, consent = new_id(), new_id(), new_id()
    api.execute(
        "INSERT INTO webhook (id, client_id, url, kinds, secret_sealed, created_at) VALUES (:id, 'other-app', "
        "'https://app.example/x', '{consent.given}', 'x', now())",
        {"id": webhook},
    )
    api.execute(
        "INSERT INTO consent (id, person_id, switch, recipient_kind, recipient_name, given_at, withdrawn_at, channel, "
        "language, words, words_sha256, receipt_id) VALUES (:id, :person, 'T1', 'client', 'other-app', now(), now(), "
        "'portal', 'es', 'x', sha256('x'), gen_random_uuid())",
        {"id": consent, "person": person},
    )
    api.execute(
        "INSERT INTO consent_recall (id, consent_id, person_id, recipient_kind, recipient_name, created_at) "
        "VALUES (:id, :consent, :person, 'client', 'other-app', now())",
        {"id": recall, "consent": consent, "person": person},
    )
    return {"webhook_id": str(webhook), "recall_id": str(recall)}
