"""Who wants no messages on an address, and for what. Plain words are minded; doubtful ones are a professional's."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import yaml
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.db import new_id
from case_api.errors import NotFound
from channels.contacts import book as contacts
from channels.contacts.addresses import PHONE_KINDS
from channels.contacts.book import Address
from channels.outbound.sending import send_words

Act = Literal["out", "in", "help", "doubtful"]
MINDED = PHONE_KINDS | {"email"}  # an address that its channel vouches for; not the name on a mail that nobody does
# The carrier minds these on SMS by itself, confirms them, and refuses whatever we would add.
CARRIERS_OWN = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "end", "quit", "start", "unstop", "help", "info"}
)
MOST_CONFIRMED = 3  # yeses to one address …
CONFIRMED_WITHIN = timedelta(hours=1)  # … in this time: another machine may be answering us
LONGEST = 400  # a long message is no keyword
LONGEST_SENTENCE = 120  # what is read word by word, without the courtesies


@dataclass(frozen=True, slots=True)
class Wish:
    """What a message asks for. `purpose`: 'all', or the one it names."""

    act: Act
    purpose: str = "all"


@cache
def _words() -> dict[str, Any]:
    read = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    sure = {}
    for name in ("out", "in", "help", "information", "appointment"):
        for said in read[name]:
            plain = _plain(str(said)) or str(said)
            wish_ = Wish("out", name) if name in ("information", "appointment") else Wish(name)
            assert sure.setdefault(plain, wish_) == wish_, f"{said} means two things"
    return {
        "sure": sure,
        "sentences": _sentences(),
        "courtesies": re.compile(
            r"\b(?:" + "|".join(sorted((_plain(c) for c in read["courtesies"]), key=len, reverse=True)) + r")\b"
        ),
        "elsewhere": re.compile("|".join(rf"\b(?:{part})\b" for part in read["elsewhere"])),
        "doubtful": re.compile("|".join(read["doubtful"])),
    }


def _sentences() -> tuple[tuple[re.Pattern[str], Wish], ...]:
    """The grammar of `opting_sentences.yaml`, a purpose's before those of everything."""
    read = yaml.safe_load(Path(__file__).with_name("opting_sentences.yaml").read_text(encoding="utf-8"))
    parts: dict[str, str] = {}

    def filled(pattern: str) -> str:
        return re.sub(r"\{([a-z_]+)\}", lambda found: parts[found[1]], pattern)

    for name, pattern in read["parts"].items():
        parts[name] = filled(pattern)
    wishes = [("information", Wish("out", "information")), ("appointment", Wish("out", "appointment"))]
    wishes += [(act, Wish(act)) for act in ("out", "in", "help")]
    return tuple((re.compile(filled(pattern)), meant) for name, meant in wishes for pattern in read[name])


def _plain(words: str) -> str:
    """Without capitals, accents, Arabic vowel signs, punctuation and doubled spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(c))
    bare = bare.replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[^\w]+", " ", bare).split())


def wish(body: str) -> Wish | None:
    """What a message as a whole asks for; None for nothing of the kind. A part of a longer one is at most doubtful."""
    known = _words()
    if body.strip() == "?":
        return Wish("help")
    plain = _plain(body[: LONGEST * 2])
    if not plain or len(plain) > LONGEST:
        return None
    alone = " ".join(known["courtesies"].sub(" ", plain).split()) or plain
    for said in (plain, alone):
        if said in known["sure"]:
            return known["sure"][said]
    if len(alone) <= LONGEST_SENTENCE:
        for sentence, meant in known["sentences"]:
            if sentence.fullmatch(alone):
                return meant
    rest = known["elsewhere"].sub(" ", plain)
    return Wish("doubtful") if known["doubtful"].search(rest) else None


def mind(
    session: Session,
    *,
    address: Address,
    body: str,
    conversation_id: UUID | None = None,
    message_id: UUID | None = None,
) -> Wish | None:
    """Keep the wish in a message that came from an address, and say yes to it there; what is doubtful becomes a
    question for a professional, and changes nothing. Returns the wish."""
    found = wish(body) if address.kind in MINDED else None
    if found is None:
        return None
    changed = True
    match found.act:
        case "out":
            changed = opt_out(
                session, address_id=address.id, source="person", purpose=found.purpose, message_id=message_id
            )
        case "in":
            changed = opt_in(session, address_id=address.id)
        case "doubtful":
            if message_id is not None and conversation_id is not None:
                _ask(session, address_id=address.id, conversation_id=conversation_id, message_id=message_id)
            return found
    by_carrier = address.kind == "sms" and _plain(body) in CARRIERS_OWN
    if conversation_id is not None and changed and not by_carrier:
        _confirm(session, address=address, conversation_id=conversation_id, wish_=found)
    return found


def opt_out(
    session: Session, *, address_id: UUID, source: str, purpose: str = "all", message_id: UUID | None = None
) -> bool:
    """No more messages to this address, at all or for one purpose; `source` is 'person', 'carrier' or 'staff'. Whether
    that is new."""
    made = session.execute(
        text(
            "INSERT INTO opt_out (address_id, purpose, source, message_id, at) "
            "VALUES (:id, :purpose, :source, :message, :now) "
            "ON CONFLICT ON CONSTRAINT pk_opt_out DO NOTHING RETURNING 1"
        ),
        {"id": address_id, "purpose": purpose, "source": source, "message": message_id, "now": clock.now()},
    ).scalar()
    return made is not None


def opt_in(session: Session, *, address_id: UUID) -> bool:
    """Messages again, for everything. Whether that changed anything."""
    return bool(
        session.execute(text("DELETE FROM opt_out WHERE address_id = :id RETURNING 1"), {"id": address_id}).all()
    )


def opted_out(session: Session, *, address_id: UUID, purpose: str = "all") -> bool:
    """Whether the person said no on this address, to everything or to a purpose."""
    return bool(
        session.execute(
            text("SELECT 1 FROM opt_out WHERE address_id = :id AND purpose IN ('all', :purpose)"),
            {"id": address_id, "purpose": purpose},
        ).scalar()
    )


def _confirm(session: Session, *, address: Address, conversation_id: UUID, wish_: Wish) -> None:
    said = session.execute(
        text(
            "SELECT count(*) FROM message WHERE address_id = :id AND direction = 'out' AND purpose = 'consent' "
            "AND created_at > :since"
        ),
        {"id": address.id, "since": clock.now() - CONFIRMED_WITHIN},
    ).scalar_one()
    if said >= MOST_CONFIRMED:
        return
    template = {"out": "opted_out", "in": "opted_in", "help": "opting_help"}[wish_.act]
    send_words(
        session,
        conversation_id=conversation_id,
        address=address,
        template=template,
        kind="confirmation",
        person_id=address.speaks_for,
        purpose="consent",
        prompt=True,
        **({"about": wish_.purpose} if wish_.act == "out" else {}),
    )


def _ask(session: Session, *, address_id: UUID, conversation_id: UUID, message_id: UUID) -> None:
    session.execute(
        text(
            "INSERT INTO opting_question (id, message_id, conversation_id, address_id, asked_at) "
            "VALUES (:id, :message, :conversation, :address, :now) "
            "ON CONFLICT ON CONSTRAINT uq_opting_question_message DO NOTHING"
        ),
        {"id": new_id(), "message": message_id, "conversation": conversation_id, "address": address_id,
         "now": clock.now()},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """Words that may mean "no more messages". `said` are the person's."""

    id: UUID
    message_id: UUID
    channel: str
    said: str


def questions(session: Session, *, conversation_id: UUID) -> list[Question]:
    """What a professional has to decide in a conversation, the oldest first."""
    rows = session.execute(
        text(
            "SELECT q.id, q.message_id, m.channel, m.body FROM opting_question q JOIN message m ON m.id = q.message_id "
            "WHERE q.conversation_id = :id AND q.answered_at IS NULL ORDER BY q.id"
        ),
        {"id": conversation_id},
    )
    return [Question(*row) for row in rows]


def answer(session: Session, *, question_id: UUID, conversation_id: UUID, out: bool, author: UUID) -> None:
    """What the professional read in the words. A yes is kept, and confirmed to the person. Raises NotFound."""
    row = session.execute(
        text(
            "UPDATE opting_question SET answered_at = :now, answer = :answer, professional_id = :author "
            "WHERE id = :id AND conversation_id = :conversation AND answered_at IS NULL "
            "RETURNING address_id, message_id"
        ),
        {"id": question_id, "conversation": conversation_id, "answer": "out" if out else "none", "author": author,
         "now": clock.now()},
    ).first()  # fmt: skip
    if row is None:
        raise NotFound
    if not out:
        return
    if opt_out(session, address_id=row.address_id, source="staff", message_id=row.message_id):
        _confirm(
            session,
            address=contacts.address(session, address_id=row.address_id),
            conversation_id=conversation_id,
            wish_=Wish("out"),
        )
