"""axe on every entry of `alma pages`: Spanish, English and Arabic, light and dark, 320 and 1280 px; and no page wider
than its window. Each page must be the one its journey promises."""

import json
from collections import defaultdict

import pytest

from tests.browser import axe, browser, emulate, overflow, resize, settle
from tests.journeys.people import enter_as_citizen, enter_as_staff, leave, walk

LANGUAGES = ("es", "en", "ar")
STAFF = ("marta", "ines", "lucia", "omar", "dpo", "nuria", "pablo", "teresa")


@pytest.fixture(scope="module")
def driver():
    with browser() as made:
        yield made


@pytest.fixture(scope="module")
def told(alma) -> dict:
    return json.loads(alma.alma("pages", "--json"))


def by_person(pages: list[dict]) -> list[tuple[tuple[str | None, str | None], list[dict]]]:
    found = defaultdict(list)
    for page in pages:
        found[page["who"], page["level"] if page["who"] not in STAFF else None].append(page)
    return list(found.items())


def enter(driver, alma, who: str | None, level: str | None) -> None:
    resize(driver, 1280)
    leave(driver)
    if who in STAFF:
        enter_as_staff(driver, alma, who)
    elif who:
        # Forget the provider's own login too: it would let the last person in again.
        driver.get(f"{alma.base}/sandbox/idp/.well-known/openid-configuration")
        leave(driver)
        enter_as_citizen(driver, alma, who, level)


# What a theme can change; everything else is the same in the dark.
COLOURS = ("color-contrast", "link-in-text-block")
# Every rule at both widths and in both themes; the colours in all four.
DRESSES = (("light", 1280, ()), ("light", 320, COLOURS), ("dark", 320, ()), ("dark", 1280, COLOURS))


def faults_of(driver) -> list[str]:
    found = []
    for scheme, width, rules in DRESSES:
        emulate(driver, scheme=scheme)
        resize(driver, width)
        settle(driver)
        wider = overflow(driver)
        if wider:
            found.append(f"{scheme} {width}: {wider} px wider than the window")
        found += [f"{scheme} {width}: {fault}" for fault in axe(driver, rules=rules)]
    emulate(driver, scheme="light")
    return found


def test_every_page_in_every_dress(alma, driver, told):
    faults = []
    for (who, level), pages in by_person(told["pages"]):
        enter(driver, alma, who, level)
        for page in pages:
            for language in LANGUAGES:
                resize(driver, 1280)
                name = f"{page['name']} {language}"
                try:
                    walk(driver, alma, page["steps"], lang=language)
                except Exception as error:  # noqa: BLE001 - one page that cannot be reached must not hide the others
                    faults.append(f"{name}: not reached: {type(error).__name__} {str(error)[:200]}")
                    continue
                if language == "es" and page["title"] not in driver.title:
                    faults.append(f"{name}: the title is {driver.title!r}, not {page['title']!r}")
                faults += [f"{name} {fault}" for fault in faults_of(driver)]
    assert not faults, "\n".join(faults)
