"""A person at plain HTTP: cookies, forms with their hidden fields, and patience with a server that comes and goes."""

import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

from tests.journeys.running import Alma

PATIENCE = 120  # seconds that a person goes on trying


@dataclass
class HtmlForm:
    """A form of a page: where it goes, what is in it, and the choices of its radios."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    radios: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms: list[HtmlForm] = []
        self._open: HtmlForm | None = None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self._open = HtmlForm(found.get("action") or "")
            self.forms.append(self._open)
        elif self._open is not None and tag in ("input", "textarea", "select") and found.get("name"):
            name, value = found["name"], found.get("value") or ""
            if found.get("type") == "radio":
                self._open.radios.setdefault(name, []).append(value)
                if "checked" in found:
                    self._open.values[name] = value
            elif found.get("type") not in ("checkbox", "submit"):
                self._open.values[name] = value

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None


def forms(page: httpx.Response) -> list[HtmlForm]:
    """The forms of a page."""
    parser = _Forms()
    parser.feed(page.text)
    return parser.forms


def form_with(page: httpx.Response, name: str) -> HtmlForm:
    """The form that has a field or a radio of this name."""
    found = [one for one in forms(page) if name in one.values or name in one.radios]
    assert found, f"no form with {name} on {page.url} ({page.status_code})"
    return found[0]


class Person:
    """A session over HTTP. A request that meets a dead or broken server is made again, the very same."""

    def __init__(self, alma: Alma):
        self.alma = alma
        self.http = httpx.Client(base_url=alma.base, timeout=20, follow_redirects=False)
        self.again = 0  # how often something had to be sent again

    def ask(self, method: str, path: str, **request) -> httpx.Response:
        """The first answer that is one: not 5xx, not a broken connection."""
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self.http.request(method, path, **request)
                if answer.status_code < 500:
                    return answer
                failed = f"{answer.status_code}"
            except httpx.TransportError as error:
                failed = type(error).__name__
            assert time.monotonic() < ends, f"{method} {path}: {failed} for {PATIENCE} s"
            self.again += 1
            time.sleep(0.3)

    def send(self, page: httpx.Response, form: HtmlForm, **values: str) -> httpx.Response:
        """Send a form of a page."""
        return self.ask("POST", urljoin(str(page.url), form.action), data={**form.values, **values})


class Desk(Person):
    """A professional, logged in with password and one-time code."""

    def __init__(self, alma: Alma, login: str):
        super().__init__(alma)
        page = self.ask("GET", "/profesionales/entrar")
        step = self.send(page, form_with(page, "password"), login=login, password=alma.secrets["STAFF_PASSWORD"])
        assert step.status_code == 303, step.text[:2000]
        page = self.ask("GET", step.headers["location"])
        ends = time.monotonic() + 75
        while True:  # a code works once: somebody may have used this one
            step = self.send(page, form_with(page, "code"), code=alma.staff_code())
            if step.status_code == 303 and "/bandeja" in step.headers["location"]:
                return
            assert time.monotonic() < ends, f"{login} could not log in: {step.status_code}"
            time.sleep(2)
            page = step if step.status_code == 422 else self.ask("GET", "/profesionales/entrar/codigo")

    def reply(self, conversation: str, channel: str, body: str) -> None:
        """Answer in a conversation; when the person wrote meanwhile, read that and send the same form."""
        address = f"/profesionales/bandeja/{conversation}"
        page = self.ask("GET", address)
        assert page.status_code == 200, f"{page.status_code} {page.headers.get('location')}"
        form_id = form_with(page, "form_id").values["form_id"]
        for _ in range(20):
            form = form_with(page, "form_id")
            [choice] = [one for one in form.radios["channel"] if one.startswith(f"{channel}:")]
            page = self.send(page, form, channel=choice, says="N1", body=body, form_id=form_id)
            if page.status_code == 303:
                return
            assert page.status_code == 409, f"{page.status_code} {page.text[:3000]}"
        raise AssertionError(f"the person writes faster than anybody reads: {body}")


class Citizen(Person):
    """Somebody who logged in at the identity provider."""

    def __init__(self, alma: Alma, key: str, level: str = "substantial"):
        super().__init__(alma)
        page = self.follow(self.ask("GET", f"/entrar/clave?nivel={level}&next=/mensajes"))
        page = self.follow(self.send(page, form_with(page, "person"), person=key, level=level, action="login"))
        assert page.status_code == 200 and page.url.path == "/mensajes", f"{key} could not log in: {page.url}"

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Where redirections end."""
        for _ in range(10):
            if not answer.has_redirect_location:
                return answer
            answer = self.ask("GET", urljoin(str(answer.url), answer.headers["location"]))
        raise AssertionError(f"no end of redirections at {answer.url}")
