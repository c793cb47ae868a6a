"""Which part of a person's copy each table goes into, or why it is not in it: LOPDGDD art. 13.2 wants that said.

`tests/services/rights/test_held.py` walks the schema: a table with a person in it that is not named here fails.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

EXPORTED: dict[str, str] = {
    "person": "person", "social_history": "person", "household_member": "household", "case_file": "files",
    "file_step": "files", "benefit": "benefits", "plan": "plan", "plan_goal": "plan", "intervention": "history",
    "history_entry": "history", "document": "documents", "appointment": "appointments", "waiting_entry": "waiting",
    "representation": "representatives", "consent": "consents", "consent_event": "consent_receipts",
    "consent_release": "consent_releases", "consent_recall": "consent_releases", "chosen_recipient": "chosen_people",
    "consent_recall_member": "consent_releases",
    "rights_request": "rights_requests", "data_export": "exports", "access_entry": "access_log",
    "log_challenge": "challenges", "conversation": "conversations", "message": "conversations",
    "attachment": "conversations", "address": "addresses", "kept_result": "kept_results",
}  # fmt: skip
"""Table → the section of the copy that tells it."""

REASONS: dict[str, Any] = {
    "staff_work": _l("Las notas de trabajo de los profesionales."),
    "unsigned": _l("Los informes que nadie ha firmado todavía."),
    "others": _l("Lo que es de otras personas, aunque esté en sus papeles."),
    "safety": _l("Lo que, por seguridad, solo se enseña en persona."),
    "login": _l("Lo que pide entrar de una forma más segura, hasta que entre así."),
    "locked": _l("Lo muy antiguo, que la ley manda guardar bajo llave."),
    "machine": _l(
        "Claves y apuntes del programa que no dicen nada de usted: códigos de un solo uso, avisos por enviar."
    ),
    "desk": _l("Las consultas a otras administraciones y los encargos entre profesionales: pídalos y se los damos."),
}
"""Why something is not in the copy, in the words that the page and the copy say."""

WITHHELD: dict[str, str] = {
    "household": "others", "professional_person": "others", "shield": "safety", "shield_member": "safety",
    "shield_tie": "safety", "broken_glass": "safety", "protection_officer": "safety", "referral": "desk",
    "case_team_member": "desk", "administration_query": "desk", "callback": "desk", "letter": "desk",
    "appointment_request": "desk", "duty_alert": "staff_work", "contact": "machine", "desk_credential": "machine",
    "appointment_answer": "machine", "appointment_hold": "machine", "appointment_link": "machine",
    "appointment_reminder": "machine", "appointment_claim": "machine", "conversation_seen": "machine",
    "kept_form": "machine", "login_session": "machine", "oauth_code": "machine", "oauth_grant": "machine",
    "opt_out": "machine", "proof_code": "machine", "slot_rest": "machine", "video_guest": "machine",
    "video_room": "machine", "video_signal": "machine", "voice_code": "machine", "webhook_delivery": "machine",
    "step_up_link": "machine",
}  # fmt: skip
"""Table → why it is not in the copy (a key of REASONS)."""
