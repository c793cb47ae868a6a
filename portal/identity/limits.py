"""How long a login lasts and how fast one may guess. Durations are elapsed time."""

from datetime import timedelta

IDLE = {"citizen": timedelta(minutes=30), "staff": timedelta(minutes=30)}
ABSOLUTE = {"citizen": timedelta(hours=12), "staff": timedelta(hours=10)}
SEEN_EVERY = timedelta(minutes=1)
"""`last_seen_at` is written at most this often: a page must not cost a write."""

KEEP_ENDED = timedelta(days=30)
KEEP_FORM = timedelta(hours=24)
KEPT_FORM_BYTES = 64 * 1024

FREE_ATTEMPTS = 5
"""Wrong attempts before the first wait."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
FORGET_ATTEMPTS = timedelta(hours=24)

PASSWORD_STEP = timedelta(minutes=5)
"""Between the password and the code."""
TOTP_PERIOD = 30
"""Seconds of a time step (RFC 6238); the step before and the one after are taken too."""

FRESH = timedelta(minutes=5)
"""A login as recent as this counts as fresh."""
LEEWAY = 60
"""Seconds that the issuer's clock may differ from ours."""
ISSUER_TIMEOUT = 6
"""Seconds we wait for the issuer."""
OPEN_ATTEMPTS = 3
"""Logins begun at once in one browser (several tabs); older ones are forgotten."""
