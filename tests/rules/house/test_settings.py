"""Production refuses to start half dressed."""

import base64

import pytest

from case_api.settings import Settings, SettingsError, settings

COMPLETE = {
    "ENV": "production",
    "SECRET_KEY": "s" * 40,
    "DATA_KEY": base64.b64encode(b"k" * 32).decode(),
    "DATABASE_URL": "postgresql+psycopg://alma_app@db/alma",
    "PUBLIC_URL": "https://alma.example",
    "CARRIER_URL": "https://carrier.example",
    "CARRIER_ACCOUNT_SID": "AC1",
    "CARRIER_AUTH_TOKEN": "token",
    "ISSUER_URL": "https://issuer.example",
    "OIDC_CLIENT_ID": "alma",
    "OIDC_CLIENT_SECRET": "secret",
    "MAIL_RELAY_PORT": "25",
}


@pytest.fixture
def environment(monkeypatch):
    def use(**values: str) -> Settings:
        for name in Settings.model_fields:
            monkeypatch.delenv(f"ALMA_{name}", raising=False)
        for name, value in values.items():
            monkeypatch.setenv(f"ALMA_{name}", value)
        settings.cache_clear()
        return settings()

    kept = settings()
    yield use
    settings.cache_clear()
    monkeypatch.undo()
    # The rest of the run goes on with the settings it began with.
    again = settings()
    for name in Settings.model_fields:
        setattr(again, name, getattr(kept, name))


def test_a_complete_production_starts(environment):
    assert environment(**COMPLETE).ENV == "production"


@pytest.mark.parametrize("name", [name for name in COMPLETE if name != "ENV"])
def test_each_missing_piece_is_named(environment, name):
    with pytest.raises(SettingsError, match=f"ALMA_{name}"):
        environment(**{k: v for k, v in COMPLETE.items() if k != name})


@pytest.mark.parametrize(
    ("change", "word"),
    [
        pytest.param({"DEBUG": "1"}, "ALMA_DEBUG", id="debug"),
        pytest.param({"CARRIER_URL": "http://127.0.0.1:8001/sandbox/carrier"}, "sandbox", id="sandbox carrier"),
        pytest.param({"ISSUER_URL": "http://localhost:8000/sandbox/idp"}, "sandbox", id="sandbox issuer"),
        pytest.param({"PUBLIC_URL": "http://alma.example"}, "https", id="plain http"),
        pytest.param({"DATA_KEY": "c2hvcnQ="}, "32 bytes", id="short key"),
        pytest.param({"PORT": "eighty"}, "PORT", id="a word for a number"),
    ],
)
def test_what_production_refuses(environment, change, word):
    with pytest.raises(SettingsError, match=word):
        environment(**{**COMPLETE, **change})


def test_the_refusal_prints_no_secret(environment):
    with pytest.raises(SettingsError) as refusal:
        environment(**{**COMPLETE, "PORT": "eighty"})
    assert COMPLETE["SECRET_KEY"] not in str(refusal.value)


def test_development_invents_its_secrets_once(environment, tmp_path):
    first = environment(ENV="development", VAR_DIR=str(tmp_path / "v"))
    assert first.SECRET_KEY and first.CARRIER_AUTH_TOKEN
    assert environment(ENV="development", VAR_DIR=str(tmp_path / "v")).SECRET_KEY == first.SECRET_KEY
    assert (tmp_path / "v" / "secrets.json").stat().st_mode & 0o777 == 0o600
