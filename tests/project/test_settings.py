"""The settings are the same everywhere and safe by default."""

import json
import logging.config

import pytest
from django.conf import settings
from pydantic import SecretStr

from loadbay.hosting.config import Config
from loadbay.project.hosts import allowed_hosts, is_https, trusted_origins
from loadbay.project.logs import logging_config


def config(**fields):
    return Config.load().model_copy(update=fields)


@pytest.mark.django_db
def test_a_process_that_can_work_says_so(client):
    assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/health/ready").json() == {"status": "ok"}


@pytest.mark.django_db
def test_pages_run_nothing_but_our_own_scripts(client):
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy


def test_only_named_addresses_are_answered(client):
    assert client.get("/health/live", headers={"host": "desk.elsewhere.example"}).status_code == 400
    public = config(public_url="https://desk.shop.example", host="0.0.0.0")
    assert "desk.shop.example" in allowed_hosts(public)
    assert "*" not in allowed_hosts(public)
    assert trusted_origins(public) == ["https://desk.shop.example"]
    assert (is_https(public), is_https(config(public_url=None))) == (True, False)


def test_an_ipv6_address_is_answered_as_browsers_spell_it():
    listening = config(host="fd00::7", public_url="https://[fd00::8]")
    assert {"[fd00::7]", "[fd00::8]"} <= set(allowed_hosts(listening))


def test_passwords_are_hashed_with_argon2_and_the_key_is_derived():
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    assert settings.LOADBAY_KEYS[0] not in settings.SECRET_KEY


def test_plans_that_depend_on_parameters_are_never_kept():
    assert settings.DATABASES["default"]["OPTIONS"]["prepare_threshold"] is None


@pytest.fixture
def log_line(capsys):
    """Log something as an installation would, and read the line."""

    def written(*message, **extra):
        logging.config.dictConfig(logging_config(config(log_format="json", secret_key=SecretStr("k" * 40))))
        logging.getLogger("loadbay.test").warning(*message, **extra)
        return json.loads(capsys.readouterr().err)

    yield written
    logging.config.dictConfig(settings.LOGGING)


def test_a_log_line_for_programs_is_json_with_its_moment(log_line):
    line = log_line("label %s printed", "FC-1")
    assert line["event"] == "label FC-1 printed"
    assert (line["level"], line["logger"]) == ("warning", "loadbay.test")
    assert line["timestamp"].endswith("Z")


def test_secrets_and_buyers_leave_no_trace_in_the_log(log_line):
    line = log_line("asked with Atza|secret-token by ann@buyer.example", extra={"buyer_name": "Ann Buyer"})
    assert "secret-token" not in json.dumps(line)
    assert "ann@buyer.example" not in json.dumps(line)
    assert "Ann Buyer" not in json.dumps(line)


def test_a_traceback_in_the_log_is_masked_too(log_line):
    try:
        raise ValueError("refresh_token=Atzr|very-secret")
    except ValueError:
        line = log_line("failed", exc_info=True)
    assert "ValueError" in line["exception"]
    assert "very-secret" not in json.dumps(line)
