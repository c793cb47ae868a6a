"""What appears under the pointer: also by keyboard, and so that it can be read and dismissed."""

from accessibility.registry import Check

CHECKS = [
    Check("hover-only", ("2.1.1",), "error",
          ("El contenido solo aparece con el ratón", "Muéstrelo también al recibir el foco, o con un botón."),
          ("Content appears for the mouse alone", "Show it on focus too, or by a button.")),
    Check("hover-not-dismissible", ("1.4.13",), "warning",
          ("Lo que aparece con el ratón no se quita con Esc", "Ciérrelo con Esc sin mover el puntero."),
          ("What appears on hover does not go on Esc", "Dismiss it on Esc without moving the pointer.")),
    Check("hover-not-hoverable", ("1.4.13",), "error",
          ("Lo que aparece con el ratón se va al llevar el puntero encima", "Manténgalo mientras el puntero esté sobre ello."),
          ("What appears on hover goes when the pointer moves onto it", "Keep it while the pointer is on it.")),
]  # fmt: skip
