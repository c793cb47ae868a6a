"""The desk's rooms for the record in full: family, referrals, the plan, reports, work in a person's name."""

from portal.staff.record import (  # noqa: F401 - importing them adds their routes
    assigning_views,
    care_views,
    family_views,
    in_person_views,
    referral_views,
    report_views,
)
