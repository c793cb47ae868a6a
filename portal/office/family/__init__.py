"""The office's rooms for whom one lives with, who acts for whom, the plan, and entering with a key of the city."""

from portal.office.family import (  # noqa: F401 - importing them adds their routes
    acting_views,
    credential_views,
    other_folder_views,
    plan_views,
    representative_views,
)
