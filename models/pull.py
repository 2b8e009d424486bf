"""Fetching models from their vendors, or from a mirror of them.

A cut download goes on where it stopped, also on another day; a file appears under its name only when it is whole and
its digest is as expected (see `models.catalogue` for what is expected of a file without a published one).
"""

import contextlib
import hashlib
import ipaddress
import json
import logging
import shutil
import stat
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, TypeAlias
from urllib.parse import urlsplit

import httpx

from models.catalogue import CATALOGUE, CatalogueEntry, entries
from models.protocols import ModelError

__all__ = ["ChecksumMismatch", "Progress", "PullError", "Pulled", "pull", "pull_entry"]

log = logging.getLogger(__name__)

Progress: TypeAlias = Callable[[CatalogueEntry, int, int | None], None]
"""Called with the model, the bytes that are here, and all its bytes where the server says how many."""

_TRIES: Final = 5


class PullError(ModelError):
    """Raised when a model could not be fetched; its text says what to do."""


class ChecksumMismatch(PullError):
    """Raised when what came is not what was expected; it is not kept."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is now here.

    Attributes:
        entry: Which; its ``licence`` is to be shown.
        path: Where.
        fetched: Whether it was fetched now; it was here before otherwise.
        first_use: Whether its digest was unknown until now, and has been noted for the next time.
    """

    entry: CatalogueEntry
    path: Path
    fetched: bool
    first_use: bool


def pull(
    language: str,
    folder: Path,
    mirror: str | None = None,
    progress: Progress | None = None,
    *,
    names: tuple[str, ...] = (),
) -> list[Pulled]:
    """Fetch a language's models; it blocks, and may be interrupted and called again.

    Args:
        language: ISO 639-1.
        folder: Where models are kept; made when needed.
        mirror: A URL that serves the same paths as the vendors' hosts.
        progress: Told how far each is.
        names: Fetch these of the catalogue's; the language's usual ones where empty.

    Raises:
        PullError: There is nothing to fetch, the host cannot be reached or has no such file, or the disk is full.
        ChecksumMismatch: What came is not what was expected.
    """
    wanted = entries(language, names)
    known = sorted(entry.name for entry in CATALOGUE if entry.language == language)
    if not known:
        languages = ", ".join(sorted({entry.language for entry in CATALOGUE}))
        raise PullError(f"there is nothing to pull for {language!r}; there are models for {languages}")
    if unknown := [name for name in names if not any(name in (e.name, e.file) for e in wanted)]:
        raise PullError(f"{unknown[0]!r} is no model for {language!r}; there are {', '.join(known)}")
    return [pull_entry(entry, folder, mirror, progress) for entry in wanted]


def pull_entry(
    entry: CatalogueEntry, folder: Path, mirror: str | None = None, progress: Progress | None = None
) -> Pulled:
    """Fetch one model unless it is here; arguments and errors as for `pull`."""
    path = folder / entry.name
    if entry.installed(folder):
        return Pulled(entry, path, fetched=False, first_use=False)
    folder.mkdir(parents=True, exist_ok=True)
    url = mirror.rstrip("/") + urlsplit(entry.url).path if mirror else entry.url
    part = folder / f"{entry.file}.part"
    try:
        _download(url, part, entry, progress)
        first_use = _check(part, entry, folder)
        if entry.archive:
            _unpack(part, path)
            part.unlink()
        else:
            part.replace(path)
    except OSError as error:
        raise PullError(f"{entry.name}: cannot be written into {folder}: {error.strerror or error}") from error
    log.info("pulled %s", entry.name)
    return Pulled(entry, path, fetched=True, first_use=first_use)


def _download(url: str, part: Path, entry: CatalogueEntry, progress: Progress | None) -> None:
    """Fetch ``url`` into ``part``, going on where an earlier try stopped."""
    with httpx.Client(
        follow_redirects=True, timeout=httpx.Timeout(30.0, connect=10.0), trust_env=not _is_loopback(url)
    ) as client:
        for attempt in range(1, _TRIES + 1):
            before = _size(part)
            try:
                _fetch_rest(client, url, part, entry, progress)
            except httpx.ConnectError as error:
                raise PullError(_offline(url, entry, error)) from error
            except (httpx.ConnectTimeout, httpx.ProxyError) as error:
                raise PullError(_offline(url, entry, error)) from error
            except httpx.TransportError as error:
                if attempt == _TRIES:
                    raise PullError(
                        f"{entry.name}: the connection to {urlsplit(url).netloc} was cut {_TRIES} times ({error}); "
                        f"{_size(part) // 1_000_000} MB are kept: run the same command again to go on"
                    ) from error
                # A cut that brought nothing new is waited out a little; one that did is resumed at once.
                time.sleep(0.0 if _size(part) > before else 0.5 * attempt)
            else:
                return


def _fetch_rest(client: httpx.Client, url: str, part: Path, entry: CatalogueEntry, progress: Progress | None) -> None:
    validator = part.with_name(part.name + ".tag")
    here = _size(part)
    headers = {"Accept-Encoding": "identity"}
    if here and validator.is_file():
        # If-Range (RFC 9110, 13.1.5): the rest of the same file, or else all of the new one.
        headers |= {"Range": f"bytes={here}-", "If-Range": validator.read_text("utf-8")}
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink(missing_ok=True)
            raise httpx.ReadError("what is here does not fit what is there; it is fetched anew")
        if response.is_error:
            raise PullError(
                f"{entry.name}: {url} answered {response.status_code}; "
                "set models.mirror to a server that has it, or put the file into the models' folder yourself"
            )
        resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
        if resumed and not response.headers.get("content-range", "").startswith(f"bytes {here}-"):
            part.unlink(missing_ok=True)
            raise httpx.ReadError("the server sent another part than was asked for")
        here = here if resumed else 0
        length = response.headers.get("content-length")
        total = here + int(length) if length and length.isdecimal() else None
        _need_space(part.parent, entry, total)
        tag = response.headers.get("etag", "")
        tag = tag if tag and not tag.startswith("W/") else response.headers.get("last-modified", "")
        if tag:
            validator.write_text(tag, "utf-8")
        else:
            validator.unlink(missing_ok=True)
        with part.open("ab" if resumed else "wb") as file:
            for chunk in response.iter_raw():
                file.write(chunk)
                here += len(chunk)
                if progress is not None:
                    progress(entry, here, total)
    if total is not None and here != total:
        raise httpx.ReadError(f"{here} of {total} bytes came")
    validator.unlink(missing_ok=True)


def _check(part: Path, entry: CatalogueEntry, folder: Path) -> bool:
    """Compare the digest of what came with what is expected; return whether nothing was.

    Raises:
        ChecksumMismatch: They differ; what came is removed.
    """
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    notes = folder / "checksums.json"
    noted: dict[str, str] = json.loads(notes.read_text("utf-8")) if notes.is_file() else {}
    expected = entry.sha256 or noted.get(entry.file)
    if expected is not None and expected != digest:
        part.unlink()
        why = "this catalogue" if entry.sha256 else f"the first fetch, noted in {notes}"
        raise ChecksumMismatch(
            f"{entry.file}: its SHA-256 is {digest}, but {expected} is expected by {why}; it was not kept. "
            "Ask whoever runs the mirror, or the vendor, whether the file has changed"
            + ("" if entry.sha256 else ", and if so remove its line from that file")
        )
    if noted.get(entry.file) != digest:
        new = notes.with_suffix(".part")
        new.write_text(json.dumps(noted | {entry.file: digest}, indent=2, sort_keys=True) + "\n", "utf-8")
        new.replace(notes)
    return expected is None


def _unpack(archive: Path, path: Path) -> None:
    """Unpack a zip file into a new folder ``path``, which appears whole.

    Raises:
        PullError: It is no zip file, or holds something that would land elsewhere.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".unpack-") as scratch:
        try:
            with zipfile.ZipFile(archive) as zipped:
                for member in zipped.infolist():
                    _refuse_escape(member, archive)
                zipped.extractall(scratch)
        except (zipfile.BadZipFile, zipfile.LargeZipFile) as error:
            archive.unlink()
            raise PullError(f"{archive.name}: it is no zip file ({error}); it was not kept") from error
        inside = list(Path(scratch).iterdir())
        # Vendors zip a folder that has the model's name; what is zipped bare is as good.
        source = inside[0] if len(inside) == 1 and inside[0].is_dir() else Path(scratch)
        if source == Path(scratch):
            source = Path(scratch) / ".whole"
            source.mkdir()
            for item in inside:
                item.rename(source / item.name)
        source.rename(path)


def _refuse_escape(member: zipfile.ZipInfo, archive: Path) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    link = stat.S_ISLNK(member.external_attr >> 16)
    if name.is_absolute() or ".." in name.parts or (name.parts and ":" in name.parts[0]) or link:
        archive.unlink()
        raise PullError(f"{archive.name}: it holds {member.filename!r}, which would land elsewhere; it was not kept")


def _need_space(folder: Path, entry: CatalogueEntry, total: int | None) -> None:
    needed = (total or 0) * (3 if entry.archive else 1)
    if needed > shutil.disk_usage(folder).free:
        raise PullError(f"{entry.name}: {needed // 1_000_000} MB are needed in {folder}; make room there")


def _offline(url: str, entry: CatalogueEntry, error: Exception) -> str:
    host = urlsplit(url).netloc
    return (
        f"{entry.name}: {host} cannot be reached ({error}). Check the network, or HTTPS_PROXY if there is a proxy. "
        f"Where this machine may not reach it, set models.mirror to a server that serves {urlsplit(entry.url).path}, "
        f"or fetch {entry.url} elsewhere and put {'its unpacked folder' if entry.archive else 'it'} "
        f"into the models' folder as {entry.name}"
    )


def _is_loopback(url: str) -> bool:
    """Say whether a URL is this machine's: a proxy of the environment would look for it on its own."""
    host = urlsplit(url).hostname or ""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
