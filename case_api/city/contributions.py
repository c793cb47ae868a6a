"""Which rooms put what into the synthetic city.

A room offers `contribute(connection, people, rng)`: it bulk-loads its part as the owner (`case_api.city.load.copy`),
for the people of the city (`CityPerson`), drawing only from `rng`. It may return how many rows of which table it
loaded (a dict), and commits nothing. Higher floors are handed to `build` by whoever calls it.
"""

from collections.abc import Callable, Sequence
from random import Random

from psycopg import Connection

from case_api.city.values import CityPerson

Contribution = Callable[[Connection, Sequence[CityPerson], Random], object]


def of_this_floor() -> list[Contribution]:
    """The contributions of the case API's own rooms, in order."""
    from case_api.access.city import contribute as consents
    from case_api.access.safety_city import contribute as safety
    from case_api.agenda.city import contribute as agenda
    from case_api.households.city import contribute as households
    from case_api.http.oauth.city import contribute as programs

    return [agenda, programs, consents, households, safety]
