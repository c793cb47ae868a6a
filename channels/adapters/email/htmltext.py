"""HTML mail to text. Runs only in the capped parser process: html2text can be made to work for a very long time."""

import html
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import html2text

from channels.adapters.email.limits import HTML_SECONDS, LARGEST_HTML

_ESCAPED = re.compile(r"^((?:> ?)*\s*)(\d{0,9})\\([.+-])", re.MULTILINE)
_QUOTE = re.compile(r"<(?:blockquote|ul|ol)\b", re.IGNORECASE)
_MOST_QUOTES = 500
_BLANKS = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_DROPPED = re.compile(r"<(script|style|head|title)\b[^>]{0,2000}>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|/blockquote)\b[^>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"<[!/?a-zA-Z][^<>]{0,5000}>")


class _TooSlow(BaseException):
    """Not an Exception: nothing on the way may swallow it."""


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    def stop(_number: int, _frame: object) -> None:
        raise _TooSlow

    # Seconds of our own work: on a busy machine the same mail gives the same text. Three times as many by the clock,
    # which is still sooner than whoever waits for us gives up.
    timers = ((signal.SIGPROF, signal.ITIMER_PROF, seconds), (signal.SIGALRM, signal.ITIMER_REAL, 3 * seconds))
    before = [(number, signal.signal(number, stop)) for number, _, _ in timers]
    for _, timer, length in timers:
        signal.setitimer(timer, length)
    try:
        yield
    finally:
        for _, timer, _ in timers:
            signal.setitimer(timer, 0)
        for number, handler in before:
            signal.signal(number, handler)


def _reader() -> html2text.HTML2Text:
    reader = html2text.HTML2Text(bodywidth=0)
    reader.ignore_images = True
    reader.ignore_emphasis = True
    reader.ignore_tables = True
    reader.inline_links = True
    reader.protect_links = False
    reader.skip_internal_links = True
    reader.unicode_snob = True
    reader.single_line_break = False
    reader.ul_item_mark = "-"
    return reader


def _plainly(markup: str) -> str:
    """The words without any understanding of the markup: never wrong by loss of a word, cheap on anything."""
    return html.unescape(_TAG.sub("", _BREAKS.sub("\n", _DROPPED.sub("", markup))))


def html_to_text(markup: str, *, seconds: float = HTML_SECONDS) -> tuple[str, list[str]]:
    """The text of an HTML body and notes: 'html-cut' (longer than we read), 'html-simplified' (tags merely removed)."""
    notes = []
    if len(markup) > LARGEST_HTML:
        markup = markup[:LARGEST_HTML]
        markup = markup[: markup.rfind("<")] if markup.rfind("<") > markup.rfind(">") else markup
        notes.append("html-cut")
    try:
        if len(_QUOTE.findall(markup)) > _MOST_QUOTES:
            raise ValueError("each nested quote indents all that is in it: the text would grow with the square")
        with _within(seconds):
            text = _ESCAPED.sub(r"\1\2\3", _reader().handle(markup))
    except (_TooSlow, RecursionError, Exception):  # noqa: B014, BLE001 (any failure of the library: read it plainly)
        text = _plainly(markup)
        notes.append("html-simplified")
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANKS.sub("\n\n", text).strip(), notes
