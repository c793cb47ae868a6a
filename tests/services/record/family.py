"""A family and those who work with it, in one transaction that is undone: for the cases of the record in full.

Paula and her children Nico (born 2016) and Vera (2011) live together, with Luis, her partner.
Hugo has Ana's authorisation.
Marta and Ines work in Paula's centre, Omar in another; Rosa works with Marta and lives with Luis.
"""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.city.pdf import make_pdf
from case_api.db import Unit, new_id

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PEOPLE = {
    "ana": ("Ana", "Ñandú", "1950-05-05", "00000101D"), "hugo": ("Hugo", "Ñandú", "1980-01-01", "00000102X"),
    "paula": ("Paula", "Zeta", "1985-01-01", "00000103B"), "nico": ("Nico", "Zeta", "2016-03-10", "00000104N"),
    "vera": ("Vera", "Zeta", "2011-02-02", "00000105J"), "luis": ("Luis", "Omega", "1984-01-01", "00000106Z"),
    "self": ("Rosa", "Omega", "1970-01-01", "00000107S"), "ivan": ("Iván", "Épsilon", "1990-01-01", "00000108Q"),
}  # fmt: skip
STAFF = {
    "marta": ("here", "social_worker"), "ines": ("here", "information"), "rosa": ("here", "social_worker"),
    "omar": ("elsewhere", "social_worker"), "otto": ("elsewhere", "social_worker"),
    "olga": ("elsewhere", "information"),
}  # fmt: skip


class Family:
    """Identifiers by name, an actor for each, and the rows that cases begin with."""

    def __init__(self, unit: Unit):
        self.session = unit.session
        self.ids: dict[str, UUID] = {name: new_id() for name in (*PEOPLE, *STAFF, "here", "elsewhere")}
        for name, title in (("here", "Centro Aquí"), ("elsewhere", "Centro Allá")):
            self.put("unit", id=self[name], kind="centre", name=title, district="Centro")
        for name, (where, role) in STAFF.items():
            self.put("professional", id=self[name], unit_id=self[where], login=name, given_name=name.title(),
                     surnames="Ficticia", role=role)  # fmt: skip
        for name, (given, surname, born, document) in PEOPLE.items():
            self.put("person", id=self[name], given_name=given, surname1=surname, sort_key=name, birth_date=born,
                     document_type="dni", document_number=document,
                     unit_id=self["elsewhere" if name == "ivan" else "here"],
                     reference_professional_id=self["omar" if name == "ivan" else "marta"])  # fmt: skip
        home = new_id()
        self.put("household", id=home, formed_on="2020-01-01")
        flat = new_id()
        self.put("household", id=flat, formed_on="2020-01-01")
        for name, where, how in (
            ("paula", home, "holder"), ("nico", home, "child"), ("vera", home, "child"), ("luis", home, "partner"),
            ("ana", flat, "holder"), ("self", flat, "relative"),
        ):  # fmt: skip
            self.put("household_member", id=new_id(), household_id=where, person_id=self[name], relationship=how,
                     joined_on="2020-01-01")  # fmt: skip
        self.tie("mother_nico", "nico", "paula", "parent", "N4")
        self.tie("mother_vera", "vera", "paula", "parent", "N4")
        self.tie("hugo", "ana", "hugo", "authorisation", "N2", ends_at=datetime(2026, 7, 1, tzinfo=clock.MADRID))
        for name in ("ana", "paula", "nico", "vera", "luis"):
            self.paper(f"letter_{name}", name, level="N2", released=True)
            self.paper(f"report_{name}", name, kind="report", level="N3", released=True)
        self.paper("own_vera", "vera", kind="report", level="N3", released=True, audience="person")
        self.paper("draft_ana", "ana", kind="report", level="N3", released=False)
        self.session.flush()

    def __getitem__(self, name: str) -> UUID:
        return self.ids[name]

    def put(self, table: str, **values: object) -> None:
        names = ", ".join(values)
        self.session.execute(
            text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in values)})"), values
        )

    def tie(self, name: str, person: str, representative: str, kind: str, scope: str, **more: object) -> None:
        self.ids[f"tie_{name}"] = new_id()
        given = {"confirmed_at": LONG_AGO, "starts_at": LONG_AGO, "asked_at": LONG_AGO} | more
        self.put(
            "representation",
            id=self[f"tie_{name}"],
            person_id=self[person],
            representative_id=self[representative],
            representative_document=PEOPLE[representative][3],
            representative_name=PEOPLE[representative][0],
            kind=kind,
            scope=scope,
            evidence="libro",
            **given,
        )

    def paper(self, name: str, person: str, *, level: str, released: bool, kind: str = "document",
              audience: str = "represented") -> None:  # fmt: skip
        content = make_pdf(name, ("Inventado.",))
        self.ids[name] = new_id()
        signed = LONG_AGO if kind == "report" and released else None
        self.put("document", id=self[name], person_id=self[person], kind=kind, title=name, file_name=f"{name}.pdf",
                 level=level, media_type="application/pdf", size=len(content), content=content,
                 sha256=hashlib.sha256(content).digest(), created_at=LONG_AGO, signed_at=signed, audience=audience,
                 released_at=LONG_AGO if released else None, author_id=self["marta"])  # fmt: skip

    def actor(self, name: str) -> Actor:
        """Whoever is called so; `ana/low` is a login at that level, `ana/old` one of an hour ago."""
        name, _slash, how = name.partition("/")
        if name in STAFF:
            where, role = STAFF[name]
            return Actor("staff", name, professional_id=self[name], unit_id=self[where], role=role,
                         assurance="substantial", authenticated_at=clock.now())  # fmt: skip
        at = clock.now() if how != "old" else datetime(2020, 1, 1, tzinfo=UTC)
        level = how if how in ("low", "high") else "substantial"
        kind, client = ("client", "carpeta") if how == "app" else ("citizen", str(self[name]))
        return Actor(kind, client, self[name], assurance=level, authenticated_at=at)
