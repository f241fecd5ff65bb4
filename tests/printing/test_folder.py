"""The folder: whole files under safe names, nothing elsewhere, and a full disk told apart."""

import errno
import os
import resource
import stat
from pathlib import Path

import pytest

from loadbay.core.errors import Retryable
from loadbay.dispatch.ports import PaperFormat
from loadbay.printing.folder import FolderPrinter


def put(folder: Path, content: bytes = b"^XA^XZ", *, title: str = "FC-000123 P1") -> None:
    FolderPrinter(folder).print(content, format=PaperFormat.ZPL, title=title)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_label_gets_the_name_of_its_parcel(tmp_path):
    put(tmp_path)
    assert names(tmp_path) == ["FC-000123_P1.zpl"]
    assert stat.S_IMODE((tmp_path / "FC-000123_P1.zpl").stat().st_mode) & 0o007 == 0


def test_a_reprint_never_replaces_a_label(tmp_path):
    put(tmp_path, b"old")
    put(tmp_path, b"new")
    assert names(tmp_path) == ["FC-000123_P1.zpl", "FC-000123_P1_2.zpl"]
    assert (tmp_path / "FC-000123_P1.zpl").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/cron.d/x", "etc_cron.d_x.zpl"),
        ("/etc/passwd", "etc_passwd.zpl"),
        (".bashrc", "bashrc.zpl"),
        ("..", "label.zpl"),
        ("\x00\n", "label.zpl"),
        ("a" * 500, "a" * 80 + ".zpl"),
    ],
)
def test_a_title_never_leads_out_of_the_folder(tmp_path, title, name):
    folder = tmp_path / "labels"
    put(folder, title=title)
    assert names(folder) == [name]
    assert names(tmp_path) == ["labels"]


def test_a_link_that_waits_under_the_name_is_not_followed(tmp_path):
    folder, outside = tmp_path / "labels", tmp_path / "outside"
    folder.mkdir()
    (folder / "FC-000123_P1.zpl").symlink_to(outside)
    put(folder)
    assert not outside.exists()
    assert (folder / "FC-000123_P1_2.zpl").read_bytes() == b"^XA^XZ"


def test_a_missing_folder_is_made_but_not_its_parents(tmp_path):
    put(tmp_path / "labels")
    assert names(tmp_path / "labels") == ["FC-000123_P1.zpl"]
    with pytest.raises(Retryable, match="nothing was printed"):
        put(tmp_path / "not there" / "labels")
    assert names(tmp_path) == ["labels"]


def test_a_file_in_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "labels").write_bytes(b"")
    with pytest.raises(Retryable, match="nothing was printed"):
        put(tmp_path / "labels")


@pytest.mark.parametrize("answer", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_folder_on_a_share_or_stick_without_links_prints_all_the_same(tmp_path, answer):
    def refuse(old: Path, new: Path) -> None:
        raise OSError(answer, os.strerror(answer), str(old), None, str(new))

    printer = FolderPrinter(tmp_path, link=refuse)
    for content in (b"^XA1^XZ", b"^XA2^XZ"):
        printer.print(content, format=PaperFormat.ZPL, title="FC-000123 P1")
    assert names(tmp_path) == ["FC-000123_P1.zpl", "FC-000123_P1_2.zpl"]
    assert (tmp_path / "FC-000123_P1.zpl").read_bytes() == b"^XA1^XZ"


def test_a_full_disk_leaves_nothing_behind(tmp_path):
    """A limit on the size of files stands for the disk: the write breaks off half way, as it does there."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    try:
        with pytest.raises(Retryable) as trouble:
            put(tmp_path, os.urandom(128 * 1024))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "FC-000123 P1 could not be written" in trouble.value.sentence
    assert names(tmp_path) == []
