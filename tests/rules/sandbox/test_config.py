"""A bad configuration says what is wrong, and never a secret."""

import json
from pathlib import Path
from typing import Any

import pytest

from portal.sandbox.config import ConfigError, load
from tests.journeys.sandbox.process import example_config


def _write(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "sandbox.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_the_example_is_good(tmp_path: Path) -> None:
    config = load(_write(tmp_path, example_config(tmp_path, port=1025, smtp_port=1026, alma_port=1027, alma_smtp=1028)))
    assert config.carrier_url == "http://127.0.0.1:1025/sandbox/carrier"


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        pytest.param("port", "ocho", "port: ", id="not a number"),
        pytest.param("carrier.auth_token", "corta", "carrier.auth_token: ", id="short secret"),
        pytest.param("carrier.webhook_url", "/relative", "absolute", id="relative address"),
        pytest.param("idp.issuer", "http://localhost/other", "/sandbox/idp", id="issuer elsewhere"),
        pytest.param("phones", [{"number": "600", "name": "x"}], "phones.0.number", id="not E.164"),
        pytest.param("typo", 1, "typo: ", id="unknown field"),
    ],
)
def test_faults_are_named(tmp_path: Path, part: str, value: Any, words: str) -> None:
    content = example_config(tmp_path, port=1025, smtp_port=1026, alma_port=1027, alma_smtp=1028)
    *folders, name = part.split(".")
    place = content
    for folder in folders:
        place = place[folder]
    place[name] = value
    with pytest.raises(ConfigError) as caught:
        load(_write(tmp_path, content))
    assert words in str(caught.value)
    assert "corta" not in str(caught.value)


@pytest.mark.parametrize("text", [pytest.param("{", id="not JSON"), pytest.param("[]", id="not an object")])
def test_not_a_configuration(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        load(_write(tmp_path, text))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "absent.json")
