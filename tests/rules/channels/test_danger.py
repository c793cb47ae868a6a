"""Words of danger in the languages people write in, and what people say every day without meaning any."""

import pytest

from channels.inbound.danger import KINDS, kinds_in

DANGER = [
    pytest.param("Mi marido me pega", "violence", id="es: he hits me"),
    pytest.param("ayer me pegó otra vez", "violence", id="es: past, accent"),
    pytest.param("ME HA PEGADO DELANTE DE LOS NIÑOS", "violence", id="es: capitals"),
    pytest.param("Sufro malos tratos desde hace años", "violence", id="es: ill-treatment"),
    pytest.param("creo que es violencia de género", "violence", id="es: the legal word"),
    pytest.param("No me deja salir de casa ni llamar", "violence", id="es: locked in"),
    pytest.param("tengo una orden de alejamiento y ha vuelto", "violence", id="es: restraining order"),
    pytest.param("Mi padre me quiere casar, me quieren casar en verano", "violence", id="es: forced marriage"),
    pytest.param("No quiero vivir más", "suicide", id="es: does not want to live"),
    pytest.param("he pensado en quitarme la vida", "suicide", id="es: take my life"),
    pytest.param("A veces me corto", "suicide", id="es: self-harm"),
    pytest.param("pega mucho a mi hija cuando bebe", "child", id="es: hits my daughter, words between"),
    pytest.param("mi padre me pega", "child", id="es: a child"),
    pytest.param("Hay niños solos en casa toda la noche", "child", id="es: children alone"),
    pytest.param("Dice que me va a matar", "threat", id="es: threat"),
    pytest.param("Me amenaza con una navaja", "threat", id="es: knife"),
    pytest.param("SOCORRO", "threat", id="es: help"),
    pytest.param("mi madre no respira bien, ayuda", "health", id="es: breathing"),
    pytest.param("se ha tomado muchas pastillas", "health", id="es: pills"),
    pytest.param("Esta noche dormimos en la calle", "street", id="es: on the street"),
    pytest.param("Nos desahucian mañana con dos niños", "street", id="es: eviction"),
    pytest.param("no tengo dónde dormir", "street", id="es: nowhere to sleep"),
    pytest.param("My husband hits me", "violence", id="en: he hits me"),
    pytest.param("I'm scared of my husband", "violence", id="en: scared"),
    pytest.param("I don't want to live anymore", "suicide", id="en: apostrophe"),
    pytest.param("I want to kill myself", "suicide", id="en: suicide"),
    pytest.param("he's going to kill me", "threat", id="en: threat"),
    pytest.param("we are sleeping on the streets tonight", "street", id="en: street"),
    pytest.param("زوجي يضربني كل يوم", "violence", id="ar: he hits me"),
    pytest.param("أُرِيدُ أَنْ أَمُوت", "suicide", id="ar: with vowel marks"),
    pytest.param("هو يهددني بالسكين", "threat", id="ar: threat"),
    pytest.param("ننام في الشارع مع الأطفال", "street", id="ar: street"),
    pytest.param("Mon mari me frappe", "violence", id="fr: he hits me"),
    pytest.param("J’ai envie de mourir", "suicide", id="fr: curly apostrophe"),
    pytest.param("il a un couteau", "threat", id="fr: knife"),
    pytest.param("On dort… nous dormons dans la rue", "street", id="fr: street"),
    pytest.param("Soțul mă bate", "violence", id="ro: he hits me"),
    pytest.param("Vreau să mor", "suicide", id="ro: suicide"),
    pytest.param("mă amenință cu un cuțit, are un cuțit", "threat", id="ro: knife"),
    pytest.param("Nu avem unde să dormim", "street", id="ro: street"),
    pytest.param("我丈夫打我", "violence", id="zh: he hits me"),
    pytest.param("我不想活了", "suicide", id="zh: suicide"),
    pytest.param("他拿刀威胁我", "threat", id="zh: knife"),
    pytest.param("我们今晚睡在街上", "street", id="zh: street"),
    pytest.param("Ele vai me matar", "threat", id="pt: threat"),
    pytest.param("Чоловік погрожує, боюся чоловіка", "violence", id="uk: afraid"),
    pytest.param("муж бьёт меня, бьет меня", "violence", id="ru: he hits me"),
    pytest.param("me pega el sol y además mi marido me pega", "violence", id="an everyday phrase beside a real one"),
]
EVERYDAY = [
    "Me pega mucho el sol en la terraza",
    "Ese color no me pega nada",
    "Me muero de risa con usted",
    "Me muero de hambre, luego les llamo",
    "Me quiero morir de vergüenza, se me olvidó la cita",
    "Mi madre me va a matar si no llevo el papel: me va a matar mi madre si se entera",
    "Me va a matar el calor",
    "Mis hijos me van a matar a disgustos",
    "Este papeleo me mata",
    "Me mato a trabajar y no llego a fin de mes",
    "Vivo en la calle Mayor, número 3",
    "Estoy en la calle, ahora no puedo hablar",
    "Quiero pegar un cartel en el centro",
    "¿Tienen pegatinas?",
    "Matricular a mi hijo en la escuela infantil",
    "Busco una escuela de hostelería, con cuchillos no",
    "Me dio un golpe de calor el verano pasado",
    "Me corto el pelo y voy",
    "Me cortó la luz la compañía",
    "Se ha caído internet y no puedo pedir cita",
    "Casi me da un infarto con la factura",
    "Ha sido una paliza de viaje",
    "Le echo de menos",
    "¿Me pueden echar una mano con la solicitud?",
    "Estoy de baja por la espalda",
    "El médico me ha tomado la tensión",
    "Me he tomado la libertad de escribirles",
    "La ayuda de emergencia social, ¿cómo se pide?",
    "Quiero apuntarme a la charla sobre violencia de género del martes",
    "¿Hay curso de violencia de género para voluntarios?",
    "Necesito que me quiten la multa",
    "No quiero seguir esperando",
    "¿Cuándo abren el comedor?",
    "Ha sido un placer, gracias",
    "Hit me up when you can",
    "Beats me why the form fails",
    "I am dying to see you all",
    "The deadline is killing me",
    "I live in Calle de la Paz",
    "打我电话吧",
    "笑死我了",
    "Je veux en finir avec les papiers",
    "Mă bate soarele pe balcon",
    "Trabajo en la casa de acogida",
    "Acabar con todo este papeleo, por favor",
    "Tiene un armario en la habitación",
    "¿Puedo empadronarme con mi hermana?",
    "12345",
    "",
    "🙂🙂",
]


@pytest.mark.parametrize(("said", "kind"), DANGER)
def test_what_may_be_danger_is_noticed(said, kind):
    assert kind in kinds_in(said)


@pytest.mark.parametrize("said", EVERYDAY)
def test_what_people_say_every_day_is_not(said):
    assert kinds_in(said) == ()


def test_kinds_stand_in_the_order_of_the_list_and_have_words():
    assert kinds_in("me amenaza con un cuchillo y mi marido me pega") == ("violence", "threat")
    assert all(str(words) for words in KINDS.values())


@pytest.mark.parametrize("said", ["a " * 200_000, "me " * 100_000 + "pega", "打" * 100_000, "\0" * 1000], ids=len)
def test_long_and_odd_texts_are_read_quickly(said):
    kinds_in(said)
