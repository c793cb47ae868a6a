"""What files of the synthetic city look like: their steps, what they ask for, what they end in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepTemplate:
    """`days` after the file began; `asks` is what the person has to do when the step asks for a document."""

    title: str
    days: int
    asks: str | None = None


@dataclass(frozen=True, slots=True)
class FileTemplate:
    kind: str
    title: str
    summary: str
    steps: tuple[StepTemplate, ...]
    benefit: str | None


def _file(kind: str, title: str, summary: str, *steps: StepTemplate, benefit: str | None) -> FileTemplate:
    return FileTemplate(kind, title, summary, (StepTemplate("Solicitud recibida", 0), *steps), benefit)


_DECISION = StepTemplate("Decisión", 90)

TEMPLATES: tuple[FileTemplate, ...] = (
    _file(
        "home_help", "Ayuda a domicilio", "Apoyo en casa para el aseo, la comida y las tareas.",
        StepTemplate("Visita de valoración", 9),
        StepTemplate("Contrato de alquiler", 29, "Traiga o suba el contrato de alquiler"),
        _DECISION, benefit="Ayuda a domicilio",
    ),
    _file(
        "telecare", "Teleasistencia", "Un botón para pedir ayuda desde casa a cualquier hora.",
        StepTemplate("Llamada para conocer su casa", 7), StepTemplate("Decisión", 30), StepTemplate("Instalación", 45),
        benefit="Teleasistencia",
    ),
    _file(
        "minimum_income", "Renta mínima de inserción", "Ingreso mensual mientras no haya otros suficientes.",
        StepTemplate("Entrevista con su trabajadora social", 10),
        StepTemplate("Últimas nóminas", 30, "Traiga o suba sus dos últimas nóminas"),
        StepTemplate("Estudio de su solicitud", 60), _DECISION, benefit="Renta mínima de inserción",
    ),
    _file(
        "school_meals", "Comedor escolar", "Ayuda para pagar el comedor del colegio.",
        StepTemplate("Recibo del comedor", 15, "Traiga o suba el último recibo del comedor"),
        StepTemplate("Decisión", 45), benefit="Ayuda de comedor escolar",
    ),
    _file(
        "emergency_aid", "Ayuda económica de emergencia", "Pago único para una necesidad que no puede esperar.",
        StepTemplate("Entrevista con su trabajadora social", 1),
        StepTemplate("Recibo que hay que pagar", 5, "Traiga o suba el recibo que hay que pagar"),
        StepTemplate("Decisión", 15), benefit=None,
    ),
    _file(
        "dependency", "Reconocimiento de la dependencia", "Valoración del apoyo que necesita cada día.",
        StepTemplate("Informe de salud", 20, "Traiga o suba el informe de su médico"),
        StepTemplate("Visita de valoración", 60), StepTemplate("Decisión sobre su grado", 150),
        StepTemplate("Plan de atención", 180), benefit=None,
    ),
    _file(
        "debt_advice", "Asesoría por deudas", "Ayuda para ordenar lo que se debe y hablar con quien lo reclama.",
        StepTemplate("Lista de deudas", 10, "Traiga o suba las cartas que ha recibido"),
        StepTemplate("Cita con la asesoría", 20), StepTemplate("Plan de pagos", 40), benefit=None,
    ),
    _file(
        "day_centre", "Centro de día", "Atención durante el día, con comida y transporte.",
        StepTemplate("Visita al centro", 20), _DECISION, StepTemplate("Primer día", 100),
        benefit="Plaza en centro de día",
    ),
)  # fmt: skip
BY_KIND = {template.kind: template for template in TEMPLATES}
