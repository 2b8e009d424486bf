"""Fetching, from a vendor on loopback that cuts connections, forgets ranges and serves the wrong thing."""

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.catalogue import CATALOGUE, CatalogueEntry, entries
from models.pull import ChecksumMismatch, Pulled, PullError, pull, pull_entry


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@dataclass
class Vendor:
    """What is served, and how badly."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)
    """After how many bytes the next answers are cut."""
    ranges: bool = True
    etag: str = '"1"'
    asked: list[tuple[str, str | None]] = field(default_factory=list)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    served = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            served.asked.append((self.path, asked))
            data = served.files.get(self.path)
            if data is None:
                self.send_error(404)
                return
            begin = 0
            if asked and served.ranges and self.headers.get("If-Range") == served.etag:
                begin = int(asked.removeprefix("bytes=").rstrip("-"))
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
            else:
                self.send_response(200)
            self.send_header("ETag", served.etag)
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            cut = served.cuts.pop(0) if served.cuts else len(data)
            self.wfile.write(data[begin : begin + cut])
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def voice() -> CatalogueEntry:
    return next(entry for entry in CATALOGUE if entry.name == "v5_cis_base.pt")


@pytest.fixture
def ears() -> CatalogueEntry:
    return next(entry for entry in CATALOGUE if entry.name == "vosk-model-small-ru-0.22")


VOICE = "/models/tts/ru/v5_cis_base.pt"
EARS = "/vosk/models/vosk-model-small-ru-0.22.zip"


def test_a_languages_models_are_fetched_unpacked_and_noted(vendor: Vendor, tmp_path: Path) -> None:
    vendor.files = {VOICE: b"voice", EARS: zipped({"vosk-model-small-ru-0.22/am/final.mdl": b"mdl"})}
    folder, seen = tmp_path / "models", list[tuple[str, int, int | None]]()
    got = pull("ru", folder, vendor.url, lambda entry, here, total: seen.append((entry.name, here, total)))
    assert [(p.entry.name, p.fetched, p.first_use) for p in got] == [
        ("vosk-model-small-ru-0.22", True, True), ("v5_cis_base.pt", True, True),
    ]  # fmt: skip
    assert (folder / "vosk-model-small-ru-0.22/am/final.mdl").read_bytes() == b"mdl"
    assert (folder / "v5_cis_base.pt").read_bytes() == b"voice"
    assert ("v5_cis_base.pt", 5, 5) in seen
    assert [p.entry.licence for p in got] == ["Apache-2.0", "MIT"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "checksums.json", "v5_cis_base.pt", "vosk-model-small-ru-0.22",
    ]  # fmt: skip


def test_what_is_here_is_not_fetched_again(vendor: Vendor, tmp_path: Path, voice: CatalogueEntry) -> None:
    vendor.files = {VOICE: b"voice"}
    pull_entry(voice, tmp_path, vendor.url)
    assert pull_entry(voice, tmp_path, vendor.url) == Pulled(voice, tmp_path / voice.name, False, False)
    assert len(vendor.asked) == 1


def test_a_cut_connection_is_resumed_where_it_stopped(vendor: Vendor, tmp_path: Path, voice: CatalogueEntry) -> None:
    data = bytes(range(256)) * 4000
    vendor.files, vendor.cuts = {VOICE: data}, [300_000, 400_000]
    pull_entry(voice, tmp_path, vendor.url)
    assert (tmp_path / voice.name).read_bytes() == data
    assert [asked for _, asked in vendor.asked] == [None, "bytes=300000-", "bytes=700000-"]


def test_an_interrupted_pull_goes_on_another_day(vendor: Vendor, tmp_path: Path, voice: CatalogueEntry) -> None:
    data = b"x" * 900_000
    vendor.files = {VOICE: data}

    def interrupt(_entry: CatalogueEntry, here: int, _total: int | None) -> None:
        if here > 400_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull_entry(voice, tmp_path, vendor.url, interrupt)
    assert not voice.installed(tmp_path)
    pull_entry(voice, tmp_path, vendor.url)
    assert (tmp_path / voice.name).read_bytes() == data
    assert vendor.asked[1][1] is not None


def test_a_file_that_changed_meanwhile_is_fetched_whole(vendor: Vendor, tmp_path: Path, voice: CatalogueEntry) -> None:
    vendor.files, vendor.cuts = {VOICE: b"old" * 200_000}, [300_000]

    def change(_entry: CatalogueEntry, _here: int, _total: int | None) -> None:
        vendor.files[VOICE], vendor.etag = b"new" * 200_000, '"2"'

    pull_entry(voice, tmp_path, vendor.url, change)
    assert (tmp_path / voice.name).read_bytes() == b"new" * 200_000


def test_a_server_without_ranges_is_asked_for_all(vendor: Vendor, tmp_path: Path, voice: CatalogueEntry) -> None:
    vendor.files, vendor.cuts, vendor.ranges = {VOICE: b"y" * 600_000}, [300_000], False
    pull_entry(voice, tmp_path, vendor.url)
    assert (tmp_path / voice.name).read_bytes() == b"y" * 600_000


def test_a_line_that_is_always_cut_is_given_up_and_what_came_is_kept(
    vendor: Vendor, tmp_path: Path, voice: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.pull.time.sleep", lambda _: None)
    vendor.files, vendor.cuts = {VOICE: b"z" * 100_000}, [10_000] * 10
    with pytest.raises(PullError, match=r"cut 5 times .* run the same command again to go on"):
        pull_entry(voice, tmp_path, vendor.url)
    assert (tmp_path / "v5_cis_base.pt.part").stat().st_size == 50_000


def test_a_wrong_checksum_is_refused(vendor: Vendor, tmp_path: Path, voice: CatalogueEntry) -> None:
    vendor.files = {VOICE: b"evil"}
    known = replace(voice, sha256=hashlib.sha256(b"good").hexdigest())
    with pytest.raises(ChecksumMismatch, match="expected by this catalogue; it was not kept"):
        pull_entry(known, tmp_path, vendor.url)
    assert not list(tmp_path.glob("v5*"))


def test_a_right_checksum_is_not_a_first_use(vendor: Vendor, tmp_path: Path, voice: CatalogueEntry) -> None:
    vendor.files = {VOICE: b"good"}
    known = replace(voice, sha256=hashlib.sha256(b"good").hexdigest())
    assert not pull_entry(known, tmp_path, vendor.url).first_use


def test_what_was_first_fetched_is_what_is_expected_from_then_on(
    vendor: Vendor, tmp_path: Path, voice: CatalogueEntry
) -> None:
    vendor.files = {VOICE: b"first"}
    assert pull_entry(voice, tmp_path, vendor.url).first_use
    (tmp_path / voice.name).unlink()
    assert not pull_entry(voice, tmp_path, vendor.url).first_use
    (tmp_path / voice.name).unlink()
    vendor.files = {VOICE: b"other"}
    with pytest.raises(ChecksumMismatch, match=r"checksums.json.*remove its line"):
        pull_entry(voice, tmp_path, vendor.url)
    noted = json.loads((tmp_path / "checksums.json").read_text())
    assert noted == {voice.name: hashlib.sha256(b"first").hexdigest()}


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "..\\evil", "C:/evil"])
def test_an_archive_that_reaches_out_of_its_folder_is_refused(
    vendor: Vendor, tmp_path: Path, ears: CatalogueEntry, name: str
) -> None:
    vendor.files = {EARS: zipped({"vosk-model-small-ru-0.22/ok": b"", name: b"evil"})}
    folder = tmp_path / "models"
    with pytest.raises(PullError, match="would land elsewhere"):
        pull_entry(ears, folder, vendor.url)
    assert not ears.installed(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["models"]


def test_an_archive_with_a_link_is_refused(vendor: Vendor, tmp_path: Path, ears: CatalogueEntry) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("vosk-model-small-ru-0.22/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc")
    vendor.files = {EARS: out.getvalue()}
    with pytest.raises(PullError, match="would land elsewhere"):
        pull_entry(ears, tmp_path, vendor.url)


def test_what_is_no_archive_is_refused(vendor: Vendor, tmp_path: Path, ears: CatalogueEntry) -> None:
    vendor.files = {EARS: b"<html>please log in</html>"}
    with pytest.raises(PullError, match="it is no zip file"):
        pull_entry(ears, tmp_path, vendor.url)


def test_an_archive_without_a_folder_gets_one(vendor: Vendor, tmp_path: Path, ears: CatalogueEntry) -> None:
    vendor.files = {EARS: zipped({"am/final.mdl": b"1", "conf/model.conf": b"2"})}
    pull_entry(ears, tmp_path, vendor.url)
    assert (tmp_path / ears.name / "conf/model.conf").read_bytes() == b"2"


def test_an_unknown_path_says_so(vendor: Vendor, tmp_path: Path, voice: CatalogueEntry) -> None:
    with pytest.raises(PullError, match=r"answered 404; set models\.mirror"):
        pull_entry(voice, tmp_path, vendor.url)


def test_offline_the_host_the_mirror_and_the_way_by_hand_are_named(tmp_path: Path, voice: CatalogueEntry) -> None:
    with pytest.raises(PullError) as raised:
        pull_entry(voice, tmp_path, "http://127.0.0.1:1")
    said = str(raised.value)
    assert "127.0.0.1:1 cannot be reached" in said
    assert f"a server that serves {VOICE}" in said
    assert f"fetch {voice.url} elsewhere" in said


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    vendor: Vendor, tmp_path: Path, voice: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    vendor.files = {VOICE: b"voice"}
    assert pull_entry(voice, tmp_path, vendor.url).fetched


def test_what_there_is_not_is_answered_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(PullError, match="nothing to pull for 'xx'; there are models for en, pl, ru"):
        pull("xx", tmp_path)
    with pytest.raises(PullError, match=r"'v9' is no model for 'ru'; there are v5_cis_base.pt"):
        pull("ru", tmp_path, names=("v9",))


def test_what_may_not_be_used_commercially_is_fetched_only_by_name() -> None:
    assert all("not for commercial" not in entry.licence for entry in entries("ru"))
    assert [entry.name for entry in entries("ru", ("v5_ru.pt",))] == ["v5_ru.pt"]
