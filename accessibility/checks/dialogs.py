"""Windows inside the page and parts that open: focus goes in, stays, Esc closes, state is told."""

from accessibility.registry import Check

CHECKS = [
    Check("dialog-focus-outside", ("2.4.3",), "error",
          ("Se abre un diálogo y el foco no entra en él", "Lleve el foco dentro al abrir."),
          ("A dialog opens and focus does not enter it", "Move focus inside on opening.")),
    Check("dialog-focus-leaves", ("2.4.3",), "error",
          ("Con el diálogo abierto, el tabulador sigue por la página de debajo", "Retenga el foco (dialog.showModal() lo hace)."),
          ("With the dialog open Tab walks on through the page below", "Keep focus inside (dialog.showModal() does).")),
    Check("dialog-escape", ("2.1.1",), "error",
          ("Esc no cierra el diálogo", "Ciérrelo con la tecla Esc."),
          ("Esc does not close the dialog", "Close it on Esc.")),
    Check("dialog-close-unreachable", ("2.1.1",), "error",
          ("El botón de cerrar del diálogo no se alcanza con teclado", "Use button."),
          ("The dialog's close control cannot be reached by keyboard", "Use button.")),
    Check("dialog-role", ("4.1.2",), "warning",
          ("Lo que se abre encima no se anuncia como diálogo", "Use dialog, o role=\"dialog\" con nombre y aria-modal."),
          ("What opens on top does not announce itself as a dialog", "Use dialog, or role=\"dialog\" with a name and aria-modal.")),
    Check("dialog-focus-return", ("2.4.3",), "warning",
          ("Al cerrar el diálogo el foco no vuelve a donde estaba", "Devuelva el foco al control que lo abrió."),
          ("When the dialog closes focus does not return", "Give focus back to what opened it.")),
    Check("expanded-not-told", ("4.1.2",), "warning",
          ("El control muestra u oculta contenido y no dice su estado", "Añada aria-expanded."),
          ("The control shows or hides content and does not tell its state", "Add aria-expanded.")),
]  # fmt: skip
