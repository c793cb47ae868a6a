"""What moves, changes or ends by itself."""

from accessibility.registry import Check

CHECKS = [
    Check("animation-endless", ("2.2.2",), "error",
          ("Animación que empieza sola y no termina ni se puede parar", "Limítela a cinco segundos o ponga una pausa."),
          ("An animation that starts by itself, never ends and cannot be paused", "Limit it to five seconds or offer a pause.")),
    Check("animation-ignores-preference", ("2.3.3",), "warning",
          ("La animación no respeta «reducir movimiento»", "Quítela en @media (prefers-reduced-motion: reduce)."),
          ("The animation ignores “reduce motion”", "Drop it in @media (prefers-reduced-motion: reduce).")),
    Check("page-refreshes", ("2.2.1",), "error",
          ("La página se recarga o cambia sola", "Quite meta refresh."),
          ("The page reloads or leaves by itself", "Remove meta refresh.")),
    Check("page-leaves", ("2.2.1",), "warning",
          ("Un temporizador puede llevarse la página", "Avise y permita ampliar el tiempo."),
          ("A timer may take the page away", "Warn and let people extend the time.")),
    Check("text-changes", ("2.2.2",), "error",
          ("El contenido cambia solo y no se puede parar", "Ponga un botón de pausa."),
          ("Content changes by itself and cannot be stopped", "Offer a pause button.")),
    Check("message-vanishes", ("2.2.1",), "error",
          ("Un mensaje desaparece solo antes de poder leerlo", "Déjelo hasta que la persona lo cierre."),
          ("A message goes before it can be read", "Leave it until the person closes it.")),
    Check("orientation-locked", ("1.3.4",), "error",
          ("El contenido se gira para obligar a una orientación", "No gire la página según la orientación."),
          ("Content is turned to force one orientation", "Do not turn the page by orientation.")),
    Check("motion-actuated", ("2.5.4",), "warning",
          ("Algo responde al movimiento del aparato", "Ofrezca un control y permita desactivarlo."),
          ("Something answers the device's motion", "Offer a control and let people turn it off.")),
    Check("shortcut-single-key", ("2.1.4",), "warning",
          ("Atajo de una sola letra en toda la página", "Permita apagarlo o cambiarlo, o pida Ctrl o Alt."),
          ("A single-letter shortcut for the whole page", "Let people turn it off or change it, or ask for Ctrl or Alt.")),
]  # fmt: skip
