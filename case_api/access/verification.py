"""Verify the access log: every entry, sealed or not, the chain over them, and the signed heads."""

from collections.abc import Iterator
from typing import Any, TypedDict

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.access import chain
from case_api.access.actor import Actor
from case_api.access.chain import GENESIS, Head, first_link, next_link
from case_api.access.drops import Drop
from case_api.access.log import COLUMNS, commitment
from case_api.db import unit_of_work
from case_api.db.engine import engine

_HEADS = text("SELECT number, month, position, link, previous, signed_at, signature FROM access_head ORDER BY number")
_VALUES = ", ".join(f"e.{name}" for name in COLUMNS)
_SEALED = text(
    f"SELECT {_VALUES}, e.commitment AS held, s.month, s.position, s.entry_id, s.commitment AS sealed, s.link "
    "FROM access_seal s LEFT JOIN access_entry e ON e.id = s.entry_id ORDER BY s.month, s.position"
)
_UNSEALED = text(
    f"SELECT {_VALUES}, e.commitment AS held FROM access_entry e "
    "WHERE NOT EXISTS (SELECT 1 FROM access_seal s WHERE s.entry_id = e.id) ORDER BY e.txid, e.id"
)
_DROPS = text(
    "SELECT number, month, first_position, last_position, link, reason, dropped_at, signature FROM access_drop "
    "ORDER BY number"
)
_AT_ONCE = 2_000


class Verdict(TypedDict):
    """`entries` were looked at; `first_broken` names the first thing that does not hold, None when all does."""

    ok: bool
    entries: int
    first_broken: str | None


def verify() -> Verdict:
    """Check the whole log and change nothing.

    Notices a changed value, a removed entry, a chain that was cut or rewritten, a head that is not ours, and - while
    `var/anchors` stands - a tail that was cut off together with its heads. Values that were removed by rule are missed
    only where a signed drop says so.
    """
    # One snapshot for all the questions, so that a sealer at work meanwhile is not taken for damage.
    session = Session(engine().execution_options(isolation_level="REPEATABLE READ"))
    with unit_of_work(Actor.system("access-verify"), session=session):
        heads = [Head(*row) for row in session.execute(_HEADS)]
        broken = [_broken_head(session, heads)]
        drops = [Drop(*row) for row in session.execute(_DROPS)]
        broken += [f"drop {drop.number}" for drop in drops if not drop.genuine]
        sealed, problem = _sealed(session, heads, drops)
        broken.append(problem)
        unsealed, problem = _unsealed(session)
        broken.append(problem)
    first = next((problem for problem in broken if problem), None)
    return {"ok": first is None, "entries": sealed + unsealed, "first_broken": first}


def _broken_head(session: Session, heads: list[Head]) -> str | None:
    before = GENESIS
    for number, head in enumerate(heads, start=1):
        if head.number != number or head.previous != before or not head.genuine:
            return f"head {number}"
        before = head.signature
    anchor = chain.read_anchor(chain.database_name(session))
    if anchor and (len(heads) < anchor[0] or heads[anchor[0] - 1].signature != anchor[1]):
        return f"head {anchor[0]}"
    return None


def _sealed(session: Session, heads: list[Head], drops: list[Drop]) -> tuple[int, str | None]:
    """How many sealed entries there are, and the first that does not hold."""
    dropped = {(drop.month, at) for drop in drops for at in range(drop.first_position, drop.last_position + 1)}
    ends = {(drop.month, drop.last_position): drop.link for drop in drops}
    expected = {(head.month, head.position): head.link for head in heads}
    count, broken, month, position, link = 0, None, None, 0, GENESIS
    for row in _stream(session, _SEALED):
        count += 1
        if broken:
            continue
        if row.month != month:
            month, position, link = row.month, 0, first_link(row.month, link)
        position += 1
        link = next_link(link, position, row.entry_id, row.sealed)
        whole = row.position == position and bytes(row.link) == link
        head = expected.pop((month, position), link)
        end = ends.pop((month, position), link)
        if row.id is None:
            whole = whole and (month, position) in dropped
        else:
            whole = whole and _holds(row) and bytes(row.held) == bytes(row.sealed)
        if not whole or bytes(head) != link or bytes(end) != link:
            broken = f"entry {row.entry_id}"
    if broken is None and expected:
        month, position = min(expected)
        broken = f"seal {month:%Y-%m}/{position}"
    if broken is None and ends:
        broken = f"drop of {min(ends)[0]:%Y-%m}"
    if broken is None and count and not heads:
        broken = "head 1"
    if broken is None and count and (heads[-1].month, heads[-1].position) != (month, position):
        broken = f"seal {month:%Y-%m}/{position}"
    return count, broken


def _unsealed(session: Session) -> tuple[int, str | None]:
    """How many entries wait for the sealer, and the first whose values are not those it was written with."""
    count, broken = 0, None
    for row in _stream(session, _UNSEALED):
        count += 1
        if broken is None and not _holds(row):
            broken = f"entry {row.id}"
    return count, broken


def _holds(row: Any) -> bool:
    return commitment(row[: len(COLUMNS)]) == bytes(row.held)


def _stream(session: Session, query: Any) -> Iterator[Any]:
    return iter(session.execute(query, execution_options={"yield_per": _AT_ONCE, "stream_results": True}))
