"""What the logs can hold: nothing that somebody wrote or is."""

import json
import logging

import pytest
import structlog

from case_api import log


@pytest.fixture
def lines(capsys):
    log.configure("test")
    structlog.configure(cache_logger_on_first_use=False, logger_factory=structlog.PrintLoggerFactory())

    def read() -> list[dict]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    yield read
    logging.getLogger().handlers = []
    structlog.reset_defaults()


def test_only_named_fields_are_written(lines):
    log.logger().info("stored", channel="sms", phone="+34600000001", body="tengo miedo", count=1)
    (line,) = lines()
    assert line["channel"] == "sms" and line["count"] == 1
    assert "600000001" not in json.dumps(line) and "miedo" not in json.dumps(line)


def test_an_exception_is_its_class_and_place_never_its_text(lines):
    try:
        raise ValueError("Amparo Ejemplo 00000001R")
    except ValueError:
        log.logger().error("failed", exc_info=True)
    (line,) = lines()
    assert line["error"] == "ValueError" and "test_log.py" in line["where"]
    assert "Amparo" not in json.dumps(line)


@pytest.mark.parametrize("form", ["with arguments", "ready made"])
def test_other_libraries_cannot_smuggle_either(lines, form):
    if form == "with arguments":
        logging.getLogger("other").warning("refused %s", "+34600000001")
    else:
        logging.getLogger("other").warning("refused +34600000001")  # noqa: G004
    (line,) = lines()
    assert line["logger"] == "other" and "600000001" not in json.dumps(line)
