"""Instructions that need sight, hearing or place."""

from accessibility.registry import Check

CHECKS = [
    Check("sensory-reference", ("1.3.3",), "warning",
          ("Una indicación depende del lugar, la forma, el color o el sonido", "Nombre también el elemento por su texto."),
          ("An instruction depends on place, shape, colour or sound", "Name the thing by its words too.")),
]  # fmt: skip
