"""The pages that need no login: home, help, centres, ways to write, statements, choices."""

from portal.public import accessibility_views
from portal.public.views import blueprint

__all__ = ["accessibility_views", "blueprint"]
