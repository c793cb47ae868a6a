"""What every page must be, read as a browser reads it."""

import re

import html5lib

HTML = "{http://www.w3.org/1999/xhtml}"


class Page:
    """A page parsed strictly. Raises AssertionError when it is not what a page must be."""

    def __init__(self, response, status: int = 200):
        assert response.status_code == status, f"{response.status_code}: {response.text[:1500]}"
        self.text = response.text
        parser = html5lib.HTMLParser(strict=False)
        self.tree = parser.parse(self.text)
        faults = [code for _, code, _ in parser.errors]
        assert faults == [], f"not well formed: {faults}"
        self._sound()

    def all(self, name: str) -> list:
        return list(self.tree.iter(HTML + name))

    def words(self, element) -> str:
        return " ".join("".join(element.itertext()).split())

    @property
    def h1(self) -> str:
        return self.words(self.all("h1")[0])

    @property
    def main(self) -> str:
        return self.words(self.all("main")[0])

    @property
    def links(self) -> dict[str, str]:
        return {self.words(a): a.get("href") for a in self.all("a")}

    def field(self, name: str) -> str:
        return next(one.get("value") for one in self.all("input") if one.get("name") == name)

    @property
    def token(self) -> str:
        return self.field("csrf_token")

    def _sound(self) -> None:
        assert len(self.all("h1")) == 1, "one h1 a page"
        title = self.words(self.all("title")[0])
        assert title.endswith("Alma") and not title.startswith(("-", " ")), title
        ids = [element.get("id") for element in self.tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), f"ids twice: {sorted(i for i in ids if ids.count(i) > 1)}"
        labelled = {label.get("for") for label in self.all("label")}
        for name in ("input", "select", "textarea"):
            for box in self.all(name):
                if box.get("type") not in ("hidden", "submit"):
                    assert box.get("id") in labelled, f"no label: {box.get('name')}"
        levels = [int(e.tag[-1]) for e in self.tree.iter() if re.fullmatch(re.escape(HTML) + "h[1-6]", str(e.tag))]
        main = list(self.all("main")[0].iter())
        inside = [int(e.tag[-1]) for e in main if re.fullmatch(re.escape(HTML) + "h[1-6]", str(e.tag))]
        assert levels and all(b - a <= 1 for a, b in zip(inside, inside[1:], strict=False)), f"a level jumped: {inside}"
        for link in self.all("a"):
            assert self.words(link) or link.get("aria-label"), f"a link without words: {link.get('href')}"
        for form in self.all("form"):
            posts = (form.get("method") or "").lower() == "post"
            tokens = [one for one in form.iter(HTML + "input") if one.get("name") == "csrf_token"]
            assert len(tokens) == (1 if posts else 0), f"tokens in {form.get('action')}: {len(tokens)}"
        assert "None" not in re.findall(r"\bNone\b", self.main), "None on the page"
        assert not any(element.get("style") for element in self.tree.iter()), "an inline style"
