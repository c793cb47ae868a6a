"""Audio and video: captions, transcripts, playing by themselves."""

from accessibility.registry import Check

CHECKS = [
    Check("video-captions", ("1.2.2",), "warning",
          ("Vídeo sin pista de subtítulos ni transcripción al lado", "Añada <track kind=\"captions\"> y una transcripción."),
          ("Video without a captions track or a transcript beside it", "Add <track kind=\"captions\"> and a transcript.")),
    Check("video-description", ("1.2.3", "1.2.5"), "person",
          ("¿Tiene el vídeo audiodescripción, o no le hace falta?", "Compruebe si lo que se ve se cuenta."),
          ("Does the video have audio description, or need none?", "See whether what is shown is told.")),
    Check("audio-transcript", ("1.2.1",), "warning",
          ("Audio sin transcripción al lado", "Ofrezca el texto de lo que se dice."),
          ("Audio without a transcript beside it", "Offer the text of what is said.")),
    Check("media-autoplay", ("1.4.2",), "error",
          ("Suena solo más de tres segundos y no hay control para pararlo", "No lo haga sonar solo, o ponga un control al principio."),
          ("It sounds by itself for more than three seconds and cannot be stopped", "Do not start it, or offer a control first.")),
    Check("video-autoplay", ("2.2.2",), "error",
          ("El vídeo se mueve solo y no se puede parar", "Ponga controles o no lo inicie solo."),
          ("The video moves by itself and cannot be stopped", "Add controls or do not start it.")),
    Check("media-embedded", ("2.3.1", "1.2.2"), "warning",
          ("Vídeo incrustado de otro sitio: destellos y subtítulos sin comprobar y sin aviso", "Compruébelo y avise antes de él."),
          ("Video embedded from elsewhere: flashes and captions unknown and no warning", "Check it and warn before it.")),
    Check("object-alternative", ("1.1.1",), "error",
          ("Objeto incrustado sin alternativa", "Escriba dentro de object su alternativa."),
          ("Embedded object without an alternative", "Write the alternative inside object.")),
]  # fmt: skip
