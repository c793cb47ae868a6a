"""Forms sent empty and wrong: errors named, linked, tied, what was typed kept."""

from accessibility.registry import Check

CHECKS = [
    Check("send-no-error", ("3.3.1",), "warning",
          ("Se envió mal el formulario y no se ve ningún error", "Compruebe los datos y diga qué falta."),
          ("The form was sent wrong and no error is seen", "Check the data and say what is missing.")),
    Check("send-error-unnamed", ("3.3.1",), "error",
          ("Tras enviar mal, el error no dice qué campo es", "Nombre el campo en el mensaje."),
          ("After sending wrong the error does not say which field", "Name the field in the message.")),
    Check("send-error-untied", ("1.3.1", "3.3.1"), "error",
          ("Tras enviar mal, el mensaje no está unido al campo", "Use aria-describedby y aria-invalid."),
          ("After sending wrong the message is not tied to the field", "Use aria-describedby and aria-invalid.")),
    Check("send-error-links", ("2.4.3",), "error",
          ("El resumen de errores tiene enlaces que no llevan al campo", "Que cada enlace apunte al id del campo."),
          ("The summary's links do not lead to the field", "Point each link at the field's id.")),
    Check("send-error-silent", ("4.1.3",), "warning",
          ("El error aparece y nada lo anuncia", "Lleve el foco al resumen o use role=\"alert\"."),
          ("The error appears and nothing announces it", "Move focus to the summary or use role=\"alert\".")),
    Check("send-data-lost", ("3.3.7",), "error",
          ("Tras el error se pierde lo que se había escrito", "Devuelva el formulario con lo escrito."),
          ("After the error what was typed is lost", "Send the form back with what was typed.")),
    Check("send-title-same", ("2.4.2",), "warning",
          ("El título no dice que hay un error", "Empiece el título con «Error:»."),
          ("The title does not say there is an error", "Start the title with “Error:”.")),
    Check("send-server-fault", ("3.3.1",), "error",
          ("Un dato mal escrito hace fallar al servidor", "Responda con un mensaje claro."),
          ("Wrong data makes the server fail", "Answer with a clear message.")),
]  # fmt: skip
