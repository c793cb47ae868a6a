"""Where the cases of `cases.yaml` happen: a new Ana for each, with everything that a record may hold, and a new Beto.

One database serves them all: nobody of one case is known in another. Names in braces stand for identifiers.
"""

import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from werkzeug.test import Client, TestResponse

from case_api import clock
from case_api.agenda.locks import number_of
from case_api.db import new_id
from case_api.http import tokens
from case_api.http.app import MOUNT
from tests.services.agenda.city import Place

ALL = tuple(tokens.SCOPES)
DAY = timedelta(days=1)
# Small and invented: nobody opens them here.
CONTENT = b"hola"


@dataclass
class Stage:
    """The people of one case, and what is theirs by name in `ids`."""

    client: Client
    place: Place
    execute: Callable[[str, dict[str, Any]], Any]
    noon: datetime
    ids: dict[str, UUID] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    def put(self, table: str, **values: Any) -> UUID:
        made = values.setdefault("id", new_id())
        names = ", ".join(values)
        self.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in values)})", values)
        return made

    def person(self, name: str, unit: UUID | None = None) -> UUID:
        """Somebody with a file, its step, a benefit, a plan, a letter, and reports in every state."""
        ids, place, now = self.ids, self.place, self.noon - DAY
        who = ids[name] = self.put(
            "person", given_name=name.title(), surname1="Ejemplo", sort_key=name, unit_id=unit or place.unit,
            birth_date="1953-04-12",
        )  # fmt: skip
        for key in ("file", "other"):
            ids[f"{key}_{name}"] = self.put(
                "case_file", person_id=who, unit_id=place.unit, professional_id=place.lucia, kind="telecare",
                title=f"{key} {name}", state="granted", summary="", opened_at=now,
            )  # fmt: skip
        file = ids[f"file_{name}"]
        ids[f"step_{name}"] = self.put(
            "file_step", file_id=file, person_id=who, ordinal=1, title="Contrato", state="current", asks_document=True
        )
        ids[f"benefit_{name}"] = self.put(
            "benefit", person_id=who, file_id=file, kind="telecare", title=f"benefit {name}", state="active",
            granted_on=now.date(),
        )  # fmt: skip
        self.plan(name, released=True)
        self.document("letter", name, level="N2", kind="document", file_id=file)
        self.document("report", name)
        self.document("special", name, level="N4")
        self.document("signed", name, released_at=None)
        self.document("draft", name, signed_at=None, released_at=None)
        self.document("inner", name, released_at=None, audience="staff")
        return who

    def plan(self, name: str, *, released: bool) -> None:
        at = self.noon - DAY if released else None
        plan = self.ids[f"plan_{name}"] = self.put(
            "plan", person_id=self.ids[name], title=f"plan {name}", author_id=self.place.lucia,
            starts_on=self.noon.date() - DAY, review_on=self.noon.date() + 90 * DAY, signed_at=at, released_at=at,
        )  # fmt: skip
        for ordinal, title in enumerate(("Salir a caminar", "Ir al taller"), 1):
            self.put(
                "plan_goal", plan_id=plan, person_id=self.ids[name], ordinal=ordinal, title=title, person_does="Ir",
                we_do="", state="todo",
            )  # fmt: skip

    def document(self, key: str, name: str, **values: Any) -> UUID:
        at = self.noon - DAY
        values = {
            "kind": "report", "level": "N3", "title": f"{key} {name}", "file_name": f"{key}.txt", "cleaned": True,
            "media_type": "text/plain", "size": len(CONTENT), "content": CONTENT, "created_at": at, "signed_at": at,
            "released_at": at, "author_id": self.place.lucia, "file_id": None,
        } | values  # fmt: skip
        made = self.ids[f"{key}_{name}"] = self.put("document", person_id=self.ids[name], sha256=bytes(32), **values)
        return made

    def household(self) -> None:
        """Ana and Carla live together; Carla has her own part of Ana's report."""
        home = self.ids["home"] = self.put("household", formed_on=self.noon.date() - DAY)
        for name, what in (("ana", "holder"), ("carla", "partner")):
            self.put(
                "household_member", household_id=home, person_id=self.ids[name], relationship=what,
                joined_on=self.noon.date() - DAY,
            )  # fmt: skip
        self.document("part", "carla", redaction_of=self.ids["report_ana"], title="Su parte")

    def token(self, who: str, scopes: list[str] | None = None, minutes: int = 30, login: float = 0) -> str:
        """A token of `who`: a person, `marta` and so on, `app` (which acts for Ana), each with `/` and an assurance."""
        name, _slash, assurance = who.partition("/")
        more: dict[str, Any] = {
            "scopes": list(scopes or ALL), "minutes": minutes, "assurance": assurance or "high",
            "authenticated_at": clock.now() - timedelta(seconds=login),
        }  # fmt: skip
        if name in ("lucia", "omar"):
            return tokens.issue(kind="staff", subject=getattr(self.place, name), client_id="test", **more)
        if name == "program":
            return tokens.issue(kind="client", subject="carpeta", client_id="carpeta", **more)
        if name.startswith("app"):
            subject = self.ids[name.partition(" of ")[2] or "ana"]
            return tokens.issue(kind="client", subject=subject, client_id="carpeta", **more)
        return tokens.issue(kind="citizen", subject=self.ids[name], client_id="test", **more)

    def fill(self, told: Any) -> Any:
        """The identifiers instead of the names in braces, in a text or a body; `{unknown}` is a new one."""
        if isinstance(told, dict):
            return {name: self.fill(value) for name, value in told.items()}
        if not isinstance(told, str):
            return told
        return re.sub(r"\{(\w+)\}", lambda name: str(self.ids.get(name[1]) or self._unknown(name[1])), told)

    @staticmethod
    def _unknown(name: str) -> UUID:
        assert name == "unknown", f"nothing is called {name}"
        return uuid4()

    def call(self, line: str, token: str, body: Any = None, headers: dict[str, str] | None = None) -> TestResponse:
        """`GET /people/{ana}/plans` with this token."""
        method, path = self.fill(line).split(" ", 1)
        sent = {name: self.fill(self.kept.get(value, value)) for name, value in (headers or {}).items()}
        sent["Authorization"] = f"Bearer {token}"
        options = {"json": self.fill(body)} if body is not None else {}
        return self.client.open(MOUNT + path, method=method, headers=sent, **options)

    @contextmanager
    def later(self, seconds: float):
        with clock.frozen(self.noon + timedelta(seconds=seconds)):
            yield

    # What happens before.

    def happen(self, what: str) -> None:
        """An act of the cases' `before`: a call as `who: METHOD /path`, or one of those named below."""
        if ": " in what:
            who, line = what.split(": ", 1)
            answer = self.call(line, self.token(who))
            assert answer.status_code < 300, (what, answer.text)
        else:
            name, *words = what.split(" ")
            getattr(self, f"do_{name}")(*words)

    def do_switch(self, switch: str, which: str = "") -> None:
        """Ana lets the city's application in, to everything or to one file."""
        ask = f"?file_id={self.ids[which]}" if which else ""
        offered = self.call(f"GET /people/{{ana}}/consents{ask}", self.token("ana")).json["offered"]
        read = next(one for one in offered if one["switch"] == switch and one["recipient_name"] == "carpeta")
        body = {
            "switch": switch, "recipient_kind": "client", "recipient_name": "carpeta",
            "words_sha256": read["words_sha256"],
        }  # fmt: skip
        body |= {"file_id": str(self.ids[which])} if which else {}
        made = self.call("POST /people/{ana}/consents", self.token("ana"), body)
        assert made.status_code == 201, made.text
        self.ids[f"consent_{switch}"] = made.json["id"]

    def do_read(self, switch: str) -> None:
        """The words of a switch for the city's application, as an offer tells their hash."""
        offered = self.call("GET /people/{ana}/consents", self.token("ana")).json["offered"]
        read = next(one for one in offered if one["switch"] == switch and one["recipient_name"] == "carpeta")
        self.ids[f"words_{switch}"] = read["words_sha256"]

    def do_withdraw_all(self) -> None:
        for one in self.call("GET /people/{ana}/consents", self.token("ana")).json["items"]:
            assert self.call(f"POST /consents/{one['id']}/withdraw", self.token("ana")).status_code == 200

    def do_slot(self) -> None:
        """Two free hours of one professional: `slot` and `later_slot`, of `free`, at `unit`."""
        ask = f"GET /slots?unit_id={self.place.unit}&reason=follow_up&mode=phone&professional_id={self.place.lucia}"
        first, *_between, last = self.call(ask, self.token("ana")).json["items"]
        self.ids |= {"slot": first["starts_at"], "later_slot": last["starts_at"]}
        self.ids |= {"free": first["professional_id"], "unit": self.place.unit}

    def do_register(self) -> None:
        self.execute(
            "INSERT INTO oauth_client (id, name, kind, scopes, grant_types) VALUES ('carpeta', 'Carpeta', 'app', "
            "'{webhooks:write}', '{}') ON CONFLICT DO NOTHING",
            {},
        )

    def do_busy(self, who: str, key: str) -> None:
        """Another request with this key is under way: its lock is held until the case is over."""
        actor = "client:carpeta:" if who == "program" else f"citizen:{self.ids[who]}:{self.ids[who]}"
        self.execute("SELECT pg_advisory_lock(:number)", {"number": number_of(f"repeat:{actor}:{key}")})

    def do_withdraw(self, switch: str) -> None:
        assert self.call(f"POST /consents/{{consent_{switch}}}/withdraw", self.token("ana")).status_code == 200

    def do_copy(self, who: str = "ana") -> None:
        made = self.call(f"POST /people/{{{who}}}/exports", self.token(who))
        assert made.status_code == 201, made.text
        self.ids["copy"] = made.json["id"]

    def do_ask(self, who: str = "ana") -> None:
        body = {"kind": "rectification", "about": "Mi apellido", "wanted": "Díaz"}
        made = self.call(f"POST /people/{{{who}}}/rights-requests", self.token(who), body)
        assert made.status_code == 201, made.text
        self.ids["asked"], self.kept["tag"] = made.json["id"], made.headers["ETag"]

    def do_answer(self) -> None:
        body = {"state": "accepted", "answer": "Corregido."}
        assert self.call("POST /rights-requests/{asked}/answer", self.token("lucia"), body).status_code == 200

    def do_ask_often(self, times: str) -> None:
        for _ in range(int(times)):
            self.do_ask()

    def do_look(self, who: str = "ana") -> None:
        """Lucía looks at somebody's file: the entry in the log is `look`."""
        self.happen(f"lucia: GET /files/{{file_{who}}}")
        entries = self.call(f"GET /people/{{{who}}}/access-log", self.token(who)).json["items"]
        self.ids["look"] = next(one["id"] for one in entries if one["object_kind"] == "file")

    def do_challenge(self) -> None:
        line = "POST /people/{ana}/access-log/{look}/challenge"
        assert self.call(line, self.token("ana"), {"words": "¿Por qué?"}).status_code == 201

    def do_unsign(self, which: str) -> None:
        self.execute("UPDATE plan SET signed_at = NULL, released_at = NULL WHERE id = :id", {"id": self.ids[which]})

    def do_end(self, which: str) -> None:
        self.execute("UPDATE plan SET ended_on = :day WHERE id = :id", {"id": self.ids[which], "day": self.noon.date()})

    def do_asked_of(self, administration: str, reason: str, who: str = "ana") -> None:
        """A question to another administration, a second after the last."""
        self.ids["asked_of"] = self.put(
            "administration_query", person_id=self.ids[who], administration=administration, data=["pensions"],
            purpose="requirements", proceeding="service", employee="lucia", allowed=reason == "allowed", reason=reason,
            at=self.noon - DAY + timedelta(seconds=len(self.ids)),
        )  # fmt: skip
        self.ids[f"asked_of_{administration}"] = self.ids["asked_of"]

    def do_earlier_plans(self, many: str) -> None:
        """Plans of Ana's of years before, each ended: `earlier 1` is the last of them."""
        for number in range(1, int(many) + 1):
            at, day = self.noon - 365 * number * DAY, self.noon.date() - 365 * number * DAY
            self.put(
                "plan", person_id=self.ids["ana"], title=f"earlier {number}", author_id=self.place.lucia, starts_on=day,
                review_on=day + 90 * DAY, signed_at=at, released_at=at, ended_on=day + 100 * DAY,
            )  # fmt: skip

    def do_next(self, method: str, path: str) -> None:
        """Ana's first page: where the next one begins is `cursor`."""
        self.ids["cursor"] = self.call(f"{method} {path}", self.token("ana")).json["next"]

    def do_hold(self, which: str, then: str) -> None:
        """Released, to be told in person within the week."""
        until = self.noon + 7 * DAY
        self.execute(
            "UPDATE document SET tell_first_reason = 'x', tell_first_until = :until, tell_first_then = :then, "
            "released_at = CASE WHEN :then = 'appears' THEN CAST(:until AS timestamptz) END WHERE id = :id",
            {"id": self.ids[which], "until": until, "then": then},
        )

    def do_personal(self, which: str) -> None:
        self.execute("UPDATE document SET audience = 'person' WHERE id = :id", {"id": self.ids[which]})

    def do_shield(self, who: str) -> None:
        """A shield with another team named for it."""
        self.put(
            "shield", person_id=self.ids[who], kind="gender_violence", reason="x", set_at=self.noon - DAY,
            set_by=self.place.omar, review_on=self.noon.date() + 90 * DAY,
        )  # fmt: skip


def noon() -> datetime:
    """The instant of the cases: now, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
