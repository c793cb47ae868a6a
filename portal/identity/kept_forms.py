"""What somebody had typed when their login ended: kept on the server for that person, sealed, for a day."""

import json
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from case_api import clock, keys
from portal.identity.limits import KEEP_FORM, KEPT_FORM_BYTES
from portal.identity.tables import KeptForm

_PURPOSE = "kept-form"
_NEVER = frozenset({"csrf_token", "password", "code"})


def keep(session: Session, *, owner: bytes, page: str, fields: MultiDict) -> bool:
    """Keep a form's fields for the page (a path) that showed it; False when there is nothing or too much."""
    content = {name: fields.getlist(name) for name in fields if name not in _NEVER}
    raw = json.dumps(content).encode()
    if not content or len(raw) > KEPT_FORM_BYTES:
        return False
    values = {"content_sealed": keys.seal(_PURPOSE, raw), "created_at": clock.now()}
    session.execute(
        insert(KeptForm)
        .values(owner_hash=owner, page=page, **values)
        .on_conflict_do_update(constraint="pk_kept_form", set_=values)
    )
    session.execute(delete(KeptForm).where(KeptForm.created_at < clock.now() - KEEP_FORM))
    return True


def take(session: Session, *, owner: bytes, page: str) -> MultiDict | None:
    """What was kept for this page, once; None when nothing was or it is older than a day."""
    oldest: datetime = clock.now() - KEEP_FORM
    row = session.scalars(select(KeptForm).where(KeptForm.owner_hash == owner, KeptForm.page == page)).first()
    if row is None:
        return None
    session.delete(row)
    session.flush()
    if row.created_at < oldest:
        return None
    return MultiDict(
        (name, value) for name, all_values in json.loads(keys.unseal(_PURPOSE, row.content_sealed)).items()
        for value in all_values
    )  # fmt: skip
