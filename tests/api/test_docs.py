"""The page that describes the API: from our own files, under the strict policy, with every call on it."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from loadbay.api.application import api as application

pytestmark = pytest.mark.django_db


def test_the_page_needs_no_file_from_elsewhere_and_no_script_in_it():
    answer = Client().get("/api/v1/docs")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'(?:src|href)="(?:https?:)?//', text) == []
    assert re.findall(r"<script|<style|\sstyle=|\son[a-z]+=", text) == []
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    files = re.findall(r'href="/static/([^"]+)"', text)
    assert [name for name in files if finders.find(name) is None] == []


def test_every_call_stands_on_the_page_with_its_scope():
    text = Client().get("/api/v1/docs").content.decode()
    for path, methods in application.get_openapi_schema()["paths"].items():
        for one in methods.values():
            assert f'id="{one["operationId"]}"' in text
            assert f"<code>{path}</code>" in text
            assert f"scope {one['x-scope']}" in text


def test_the_description_is_served_as_it_is_tested():
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["paths"].keys() == application.get_openapi_schema()["paths"].keys()
    assert "Problem" in answer.json()["components"]["schemas"]
