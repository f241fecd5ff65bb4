"""What is in the repository, beside code: no addresses of package servers, no paths of somebody's machine."""

import re
import subprocess

import pytest

from tests.house.source import CHECKOUT

LOCKS = ("requirements.lock", "requirements-test.lock")
CONFIGURATION = ("pyproject.toml", "Makefile", ".ci/run", *LOCKS)
SOMEBODYS_FOLDER = re.compile(r"(?<![\w./-])/(home|root|work|Users)/\w")


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name and (CHECKOUT / name).is_file()]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_hold_versions_and_hashes_but_no_addresses(name):
    text = (CHECKOUT / name).read_text()
    assert "://" not in text
    pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert [line for line in pinned if "==" not in line] == []
    assert text.count("--hash=sha256:") >= len(pinned)


@pytest.mark.parametrize("name", LOCKS)
def test_what_is_asked_for_with_an_extra_is_pinned_with_it(name):
    """Older pips take the newest release for an extra that the lock does not name, and then miss its hash."""
    pinned = set(re.findall(r"^[\w.-]+(?:\[[^\]]+\])?(?===)", (CHECKOUT / name).read_text(), re.MULTILINE))
    bare = {entry.partition("[")[0] for entry in pinned}
    asked = set(re.findall(r'"([\w-]+)\[([\w, -]+)\]', (CHECKOUT / "pyproject.toml").read_text()))
    missing = [
        f"{package}[{extras}]"
        for package, extras in asked
        if package in bare and f"{package}[{', '.join(extras.split(','))}]" not in pinned
    ]
    assert missing == []
    assert "psycopg[binary, pool]" in pinned


def test_no_configuration_names_a_package_server():
    scripts = [f"scripts/{path.name}" for path in (CHECKOUT / "scripts").iterdir()]
    naming = [
        name
        for name in (*CONFIGURATION, *scripts)
        if re.search(r"index-url|find-links|index_url|trusted-host", (CHECKOUT / name).read_text())
    ]
    assert naming == []


def test_the_lock_files_agree_with_one_another():
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (CHECKOUT / name).read_text(), re.MULTILINE))

    run, test = (versions(name) for name in LOCKS)
    assert {name: test.get(name) for name in run} == run


def test_no_file_names_a_folder_of_somebodys_machine():
    naming = []
    for name in tracked():
        try:
            text = (CHECKOUT / name).read_text()
        except UnicodeDecodeError:
            continue
        naming += [f"{name}: {found.group()}" for found in SOMEBODYS_FOLDER.finditer(text)]
    assert naming == []
