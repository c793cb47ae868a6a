"""What takes real keys, a pointer, other sizes and time. Each step leaves the page as it found it, or loads it again."""

from collections.abc import Callable
from typing import Any

from accessibility.live import answered, contrast, dialogs, hover, keyboard, layout, pictures, sending, waiting

# Order matters: what only looks comes first, what presses last.
STEPS: tuple[tuple[str, Callable[[Any], None]], ...] = (
    ("answered", answered.step),
    ("pictures", pictures.step),
    ("contrast", contrast.step),
    ("keyboard", keyboard.step),
    ("waiting", waiting.step),
    ("hover", hover.step),
    ("layout", layout.step),
    ("dialogs", dialogs.step),
    ("sending", sending.step),
)
