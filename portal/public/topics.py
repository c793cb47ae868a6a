"""What the help page says about each need, in general words: no amounts, nothing a person must decide alone.

`anchor` is part of the address and stays in the browser's history, so it never tells what somebody is afraid of.
`words` are what people type; they are searched, not shown.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Call:
    """A phone of a service, and when to use it."""

    number: str
    what: Any


@dataclass(frozen=True, slots=True)
class Topic:
    """A need: how people say it, what help exists, what to bring, whom to call."""

    anchor: str
    title: Any
    says: Any
    help: tuple[Any, ...]
    bring: Any = ""
    after: Any = ""
    calls: tuple[Call, ...] = ()
    words: str = ""


_NOTHING = _l("Si le falta algún papel, venga igual. Lo vemos juntos.")

TOPICS: tuple[Topic, ...] = (
    Topic(
        anchor="vivienda",
        title=_l("No puedo pagar el alquiler o la hipoteca"),
        says=_l("Cuanto antes nos lo diga, más se puede hacer. No espere a la carta del juzgado."),
        help=(
            _l("Ayudas económicas de urgencia para el alquiler, la luz, el agua o el gas."),
            _l("Asesoramiento para hablar con su casero o con el banco."),
            _l("Acompañamiento si hay un desahucio, y un informe social si el juzgado lo pide."),
        ),
        bring=_l("Traiga el contrato o los recibos y, si ha llegado, la carta del juzgado."),
        after=_NOTHING,
        words="alquiler hipoteca piso casa vivienda desahucio luz agua gas recibo deuda deudas casero banco juzgado "
        "rent mortgage eviction housing",
    ),
    Topic(
        anchor="cuidados",
        title=_l("Cuido de una persona mayor"),
        says=_l("Cuidar cansa. Hay ayuda para quien necesita cuidados y también para usted."),
        help=(
            _l("Ayuda a domicilio: alguien va a casa para el aseo, la comida o la limpieza."),
            _l("Teleasistencia: un botón para pedir ayuda a cualquier hora."),
            _l("Centros de día y apoyo para que usted descanse."),
            _l("Reconocimiento de la situación de dependencia: le ayudamos a solicitarlo."),
        ),
        bring=_l("Traiga un informe médico reciente, si lo tiene."),
        after=_l("Si esa persona no puede moverse, dígalo al pedir la cita. Podemos ir a su casa."),
        words="mayor mayores cuidar cuido cuidador cuidadora madre padre abuelo abuela dependencia domicilio "
        "teleasistencia residencia centro dia comida sola solo elderly care carer dependency",
    ),
    Topic(
        anchor="ingresos",
        title=_l("Me he quedado sin ingresos"),
        says=_l("Primero lo urgente: comer y tener casa. Después vemos lo demás."),
        help=(
            _l("Ayudas de urgencia para alimentos y gastos básicos."),
            _l("Ingreso mínimo vital y renta mínima: quién puede pedirlos y cómo. Le ayudamos con la solicitud."),
            _l("Orientación para buscar trabajo o formarse."),
        ),
        bring=_l("Traiga su documento de identidad y los papeles del paro, la pensión o el último sueldo."),
        after=_NOTHING,
        words="ingresos dinero paro desempleo trabajo comida alimentos hambre renta minima rmi imv ingreso minimo "
        "vital pension pobreza tarjeta money income unemployment food",
    ),
    Topic(
        anchor="apoyo",
        title=_l("Tengo miedo en casa"),
        says=_l("No está sola ni solo. Puede hablar con alguien ahora mismo, aunque no quiera denunciar."),
        help=(
            _l("Una persona que le escucha y le cree, a cualquier hora."),
            _l("Información sobre sus derechos, ayuda psicológica y jurídica, y un lugar seguro si hace falta."),
            _l("Lo que nos cuente no sale de aquí sin hablarlo antes con usted, salvo que haya un peligro grave."),
        ),
        after=_l(
            "Si alguien mira su teléfono, borre la llamada y esta página del historial. "
            "El botón «Salir rápido» cambia la página por otra."
        ),
        calls=(
            Call("112", _l("Si hay peligro ahora.")),
            Call(
                "016",
                _l("Violencia contra las mujeres. Gratis, a todas horas y en muchos idiomas. No sale en la factura."),
            ),
            Call("116111", _l("Si tiene menos de 18 años. Gratis y a todas horas.")),
        ),
        words="miedo violencia maltrato genero pareja marido pega golpes amenaza amenazas denuncia mujer abuso insulta "
        "afraid fear abuse violence",
    ),
    Topic(
        anchor="discapacidad",
        title=_l("Tengo una discapacidad"),
        says=_l("Le decimos qué puede pedir, dónde y en qué orden."),
        help=(
            _l("Reconocimiento del grado de discapacidad: le ayudamos a solicitarlo."),
            _l("Ayuda a domicilio, teleasistencia y adaptaciones en casa."),
            _l("Apoyo para estudiar, trabajar y moverse por la ciudad."),
        ),
        bring=_l("Traiga sus informes médicos. Si ya tiene un grado reconocido, traiga la resolución."),
        after=_l(
            "Díganos cómo prefiere que le atendamos: por escrito, con intérprete de lengua de signos o acompañado."
        ),
        words="discapacidad grado minusvalia silla ruedas ciego ciega sordo sorda autismo intelectual aparcamiento "
        "tarjeta signos disability wheelchair deaf blind",
    ),
    Topic(
        anchor="llegada",
        title=_l("Acabo de llegar a Madrid"),
        says=_l("Le atendemos tenga o no los papeles en regla, y aunque no tenga una dirección fija."),
        help=(
            _l("Empadronarse: es el primer paso para el médico y el colegio. Le explicamos cómo."),
            _l("Médico, colegio y comedor para sus hijos e hijas."),
            _l("Clases de español y orientación sobre sus documentos."),
            _l("Un sitio donde dormir, si no lo tiene."),
        ),
        bring=_l("Traiga el documento que tenga: pasaporte, cédula u otro. Si no tiene ninguno, venga igual."),
        after=_l("Díganos qué idioma habla. También puede venir con alguien que le traduzca."),
        words="llegar llegada inmigrante extranjero extranjera papeles empadronar empadronamiento padron pasaporte nie "
        "asilo refugiado idioma espanol colegio comedor medico dormir calle albergue newcomer immigrant refugee asylum",
    ),
)

URGENT = Topic(
    anchor="urgente",
    title=_l("Es urgente"),
    says=_l("No rellene nada. Llame o venga."),
    help=(
        _l("SAMUR Social atiende emergencias sociales en la calle y en casa, a todas horas. Llame al 112 y pídalo."),
        _l("De lunes a viernes, entre en cualquier centro de servicios sociales y diga que es urgente."),
    ),
    calls=(Call("112", _l("Emergencias. Gratis y a todas horas.")), Call("016", _l("Violencia contra las mujeres."))),
    words="urgente urgencia emergencia ya ahora hoy samur calle noche frio emergency urgent",
)
