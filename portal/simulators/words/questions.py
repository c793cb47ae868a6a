"""The words of the questions: what is asked, and the help beside it."""

from portal.simulators.words import N_

TOPICS: dict[str, str] = {
    "you": N_("Usted"),
    "home": N_("Con quién vive"),
    "money": N_("El dinero que entra"),
    "health": N_("Salud y cuidados"),
    "family": N_("Su familia"),
    "residence": N_("Dónde y desde cuándo vive"),
    "belongings": N_("Lo que tiene"),
    "situation": N_("Su situación"),
    "already": N_("Ayudas que ya tiene"),
}

# name: (question, help)
QUESTIONS: dict[str, tuple[str, str]] = {
    "age": (N_("¿Cuántos años tiene?"), ""),
    "registered": (N_("¿Está en el padrón de la ciudad de Madrid?"), ""),
    "emancipated": (N_("¿Está emancipado o emancipada?"), N_("Es decir: vive por su cuenta con permiso legal.")),
    "adults": (N_("¿Cuántas personas adultas viven en su casa, con usted?"), N_("Cuéntese también. De 18 años o más.")),
    "babies": (N_("¿Cuántos menores de 0 a 2 años?"), N_("La edad que tenían el 1 de enero.")),
    "small_children": (N_("¿Cuántos menores de 3 a 5 años?"), N_("La edad que tenían el 1 de enero.")),
    "older_children": (N_("¿Cuántos menores de 6 a 17 años?"), N_("La edad que tenían el 1 de enero.")),
    "partner": (N_("¿Vive con su pareja?"), ""),
    "sole_parent": (N_("¿Es la única persona adulta a cargo de los menores?"), ""),
    "household_income": (
        N_("¿Cuánto dinero entra en su casa al mes, entre todas las personas?"),
        N_("Lo que se cobra limpio, en euros. Sume el año pasado, con las pagas extra, y divida entre 12."),
    ),
    "own_income": (N_("¿Cuánto de ese dinero es de usted?"), N_("Al mes, limpio, en euros.")),
    "pensions": (
        N_("¿Cuánto cobran ahora en su casa de pensiones o subsidios?"),
        N_("Al mes, en euros: pensiones, y el subsidio para mayores de 52 años. Si no hay, escriba 0."),
    ),
    "disability": (
        N_("¿Qué grado de discapacidad tiene reconocido?"),
        N_("El número que pone en su certificado, de 0 a 100. Si no tiene, escriba 0."),
    ),
    "disability65_home": (N_("¿Alguien de su casa tiene un 65 % de discapacidad o más?"), ""),
    "third_person": (N_("¿Necesita la ayuda de otra persona para lo de cada día?"), ""),
    "dependency_grade": (
        N_("¿Qué grado de dependencia tiene reconocido?"),
        N_("Está en la resolución que le mandó la Comunidad de Madrid."),
    ),
    "care_kind": (N_("¿Qué le vendría mejor?"), N_("Así le decimos cuánto podría recibir.")),
    "extreme": (N_("¿Le han reconocido dependencia extrema (grado III+)?"), ""),
    "incapacity": (N_("¿Tiene una incapacidad permanente total, absoluta o gran invalidez?"), ""),
    "difficulty_cooking": (N_("¿Le cuesta hacerse la comida?"), ""),
    "nutritional_deficit": (N_("¿Le han dicho que no se alimenta bien?"), ""),
    "illness": (N_("¿Tiene una enfermedad grave que le impide valerse?"), ""),
    "isolation": (N_("¿Pasa los días sin apenas ver a nadie?"), ""),
    "grown_children": (
        N_("¿Cuántos hijos de 18 años o más dependen de usted?"),
        N_("Solteros y hasta los 20 años; hasta los 25 si estudian; con discapacidad, a cualquier edad."),
    ),
    "disabled_children": (N_("¿Cuántos de sus hijos tienen discapacidad?"), N_("Un 33 % o más.")),
    "large_family": (N_("¿Tiene título de familia numerosa?"), ""),
    "widowed": (N_("¿Ha enviudado?"), ""),
    "parents_disabled": (
        N_("¿Los dos progenitores tienen discapacidad, o uno un 65 % o más?"),
        "",
    ),
    "multiple_birth": (N_("¿Tres de sus hijos vinieron en un mismo parto o adopción?"), ""),
    "public_school": (
        N_("¿Van a un colegio o instituto público o concertado?"),
        N_("A Infantil, Primaria o ESO."),
    ),
    "children_in_school": (N_("¿Los menores en edad escolar van a clase?"), ""),
    "first_degree_only": (N_("¿Vive solo con sus padres o con sus hijos?"), N_("Sin pareja ni otros familiares.")),
    "residence": (N_("¿Cuánto tiempo lleva viviendo legalmente en España?"), ""),
    "unit_6_months": (N_("¿Viven en la misma casa desde hace 6 meses o más?"), ""),
    "independent_living": (
        N_("¿Lleva tiempo viviendo por su cuenta?"),
        N_("Un año fuera de la casa de sus padres. Si tiene menos de 30: dos años, y uno de ellos trabajando."),
    ),
    "net_assets": (
        N_("¿Cuánto valen los ahorros y bienes de su casa, menos las deudas?"),
        N_("En euros. No cuente la casa donde vive. Si no hay, escriba 0."),
    ),
    "gross_assets": (
        N_("¿Y sin restar las deudas?"),
        N_("En euros. No cuente la casa donde vive. Si no hay, escriba 0."),
    ),
    "company_director": (N_("¿Alguien de su casa administra una empresa?"), N_("Ser autónomo no cuenta.")),
    "pvpc": (
        N_("¿Paga la luz de su casa, a su nombre, con la tarifa PVPC?"),
        N_("Lo pone en la factura. Si no, se puede cambiar gratis."),
    ),
    "gender_violence": (
        N_("¿Ha sufrido violencia de género?"),
        N_("Si puede haber alguien mirando, no conteste. Puede llamar gratis al 016; no sale en la factura."),
    ),
    "trafficking": (N_("¿Ha sufrido trata o explotación?"), ""),
    "former_care": (N_("¿Estuvo bajo la tutela de la Comunidad hasta los 18?"), ""),
    "former_prisoner": (N_("¿Ha salido de prisión después de más de 6 meses?"), ""),
    "orphan": (N_("¿Han muerto sus dos progenitores?"), ""),
    "protection": (N_("¿Tiene asilo o protección internacional?"), ""),
    "ukraine": (N_("¿Ha venido de Ucrania por la guerra?"), ""),
    "terrorism": (N_("¿Es víctima del terrorismo?"), ""),
    "foster": (N_("¿Hay menores en acogida en su casa?"), ""),
    "forces": (N_("¿Alguien de su casa es de las Fuerzas Armadas o de Seguridad?"), ""),
    "exclusion": (N_("¿Vive en la calle, o teme perder su casa?"), N_("Diga que sí también si no tiene casa fija.")),
    "vulnerability": (N_("¿Servicios sociales ha reconocido que su familia es vulnerable?"), ""),
    "left_job": (N_("¿Ha dejado un empleo porque quiso en los últimos 6 meses?"), ""),
    "imv": (N_("¿Cobran en su casa el Ingreso Mínimo Vital?"), ""),
    "rmi": (N_("¿Cobran en su casa la Renta Mínima de Inserción?"), ""),
    "minimum_pension": (
        N_("¿Todas las personas de su casa cobran la pensión mínima?"),
        N_("Y no tienen otros ingresos de más de 500 euros al año."),
    ),
    "pensioner": (N_("¿Cobra usted una pensión de jubilación?"), ""),
    "dependent_spouse": (N_("¿Depende de una persona pensionista, sin ingresos propios?"), ""),
    "asked_before": (N_("¿Ha pedido ya el Ingreso Mínimo Vital?"), ""),
    "same_aid": (N_("¿Recibe ya otra ayuda para comida o aseo?"), ""),
}

OPTIONS: dict[str, dict[str, str]] = {
    "dependency_grade": {
        "none": N_("Ninguno, o no lo he pedido"),
        "I": N_("Grado I"),
        "II": N_("Grado II"),
        "III": N_("Grado III"),
    },
    "care_kind": {
        "family_care": N_("Que me cuide alguien de mi familia"),
        "home_help": N_("Ayuda en casa"),
        "day_centre": N_("Un centro de día"),
        "residence": N_("Una residencia"),
        "personal_assistance": N_("Una persona que me asista"),
        "service": N_("Otro servicio"),
    },
    "residence": {
        "under_1": N_("Menos de un año"),
        "from_1": N_("Entre 1 y 5 años"),
        "from_5": N_("Entre 5 y 10 años"),
        "from_10": N_("10 años o más"),
    },
}

DOCUMENTS: dict[str, str] = {
    "identity": N_("DNI, NIE o pasaporte"),
    "family_book": N_("Libro de familia o certificado de nacimiento, si hay menores"),
    "couple_certificate": N_("Certificado de pareja de hecho, convenio o sentencia, si lo hay"),
    "disability65_certificate": N_("Certificado de discapacidad, si es del 65 % o más"),
    "disability_certificate": N_("Certificado de discapacidad, si lo hay"),
    "income_proof": N_("Lo que muestre sus ingresos: nóminas, pensión o paro"),
    "household_registration_by_office": N_("Nada del padrón: lo mira la oficina"),
    "bank_statement": N_("Movimientos del banco"),
    "electricity_bill": N_("Una factura de la luz"),
    "large_family_certificate": N_("Título de familia numerosa, si lo tiene"),
    "special_circumstance_certificate": N_("Certificado de la circunstancia especial, si la hay"),
    "health_report": N_("Informe de salud"),
    "transport_card": N_("Su tarjeta de transporte, si la tiene"),
    "need_proof": N_("La factura o el presupuesto de lo que necesita"),
}

RESULTS: dict[str, str] = {
    "vulnerable": N_("descuento de consumidor vulnerable"),
    "severe": N_("descuento de consumidor vulnerable severo"),
    "general": N_("categoría general"),
    "especial": N_("categoría especial"),
    "plus65": N_("abono 65+"),
    "child_free": N_("transporte infantil gratis"),
    "tarjeta_azul": N_("Tarjeta Azul"),
    "none": N_("nada por ahora"),
    "I": N_("grado I"),
    "II": N_("grado II"),
    "III": N_("grado III"),
}
