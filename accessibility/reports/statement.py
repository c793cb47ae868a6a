"""The accessibility statement of RD 1112/2018, drafted from the record in the model of Decision (EU) 2018/1523.

The state of compliance follows the record: «total» only where every criterion passes or does not apply and a person has answered
the rest; «parcial» where some fail or wait; «no conforme» where most fail. What nobody has said yet is marked to be filled in.
"""

from datetime import date
from typing import Any

from accessibility.issues import gather
from accessibility.model import Run
from accessibility.reports.html import environment
from accessibility.status import FAILS, INAPPLICABLE, PASSES, Status

FIELDS = {
    "organisation": "nombre de la entidad", "website": "dirección del sitio", "unit": "unidad responsable de accesibilidad",
    "mail": "correo de contacto", "phone": "teléfono de contacto", "contact_form": "dirección del formulario del artículo 10.2.a",
    "request_form": "dirección del formulario de solicitud de información accesible y quejas (artículo 12)",
    "claim_form": "dirección del procedimiento de reclamación (artículo 13)",
}  # fmt: skip


def compliance(statuses: list[Status]) -> str:
    """'total', 'parcial' or 'no'."""
    judged = [s for s in statuses if s.status != INAPPLICABLE]
    failing = [s for s in judged if s.status == FAILS]
    if judged and all(s.status == PASSES for s in judged):
        return "total"
    return "no" if judged and len(failing) > len(judged) / 2 else "parcial"


def data(run: Run, statuses: list[Status], facts: dict[str, Any]) -> dict[str, Any]:
    """What the statement says, as plain values, for a site that publishes it in its own dress."""
    failing = {s.criterion.number for s in statuses if s.status == FAILS}
    issues = [i for i in gather(run) if i.certainty == "error"]
    judged = {FAILS, PASSES, INAPPLICABLE}
    day = date.fromisoformat((run.finished or run.started)[:10])
    return {
        **{key: value for key, value in facts.items() if key in FIELDS and value},
        "compliance": compliance(statuses),
        "failing": [
            {"number": s.criterion.number, "name": s.criterion.es,
             "words": "; ".join(dict.fromkeys(i.title for i in issues if s.criterion.number in i.criteria))}
            for s in statuses if s.criterion.number in failing
        ],
        "waiting": [{"number": s.criterion.number, "name": s.criterion.es} for s in statuses if s.status not in judged],
        "pages": run.pages,
        "states": len(run.outcomes),
        "by_turns": run.by_turns,
        "prepared": day,
        "reviewed": facts.get("reviewed") or day,
    }  # fmt: skip


def build(run: Run, statuses: list[Status], facts: dict[str, Any]) -> str:
    """The page. `facts`: see FIELDS, and lists burden and out_of_scope of {what, why}."""
    failing = {s.criterion.number: s for s in statuses if s.status == FAILS}
    issues = [i for i in gather(run) if i.certainty == "error" and set(i.criteria) & set(failing)]
    rows = []
    for number, status in failing.items():
        titles = dict.fromkeys(i.title for i in issues if number in i.criteria)
        rows.append({"criterion": status.criterion, "titles": list(titles)})
    said = {key: facts.get(key) or f"[completar: {what}]" for key, what in FIELDS.items()}
    return environment().get_template("statement.html").render(
        facts=said, given=facts, compliance=compliance(statuses), rows=rows, date=(run.finished or run.started)[:10],
        pages=run.pages, waiting=[s for s in statuses if s.status not in {FAILS, PASSES, INAPPLICABLE}], run=run,
    )  # fmt: skip
