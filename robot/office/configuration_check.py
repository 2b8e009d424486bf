"""What `perezvon config check` says: settings that can be read but will not work, or not as the operator thinks."""

import base64
import binascii
import ipaddress
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from models.catalogue import Kind
from models.registry import survey
from robot.call.keys_only import KEYS_ONLY
from robot.office.configuration import Mistake, Reading, read
from robot.script.findings import nearest
from robot.settings import Settings, TrunkSettings, WebhookSettings

__all__ = ["check"]

_CODECS = ("pcma", "pcmu", "g722", "opus")
_Complaint = tuple[str, str, Literal["error", "warning"]]
"""Name of the setting, sentence, level."""


def check(path: Path | None = None) -> tuple[Mistake, ...]:
    """Read the settings and name everything that is wrong or doubtful in them; nothing is dialled or opened.

    Args:
        path: The file; where `None`, ``perezvon.toml`` if there is one.
    """
    reading = read(path)
    if reading.settings is None:
        return reading.mistakes
    named = {mistake.name for mistake in reading.mistakes}
    found = [
        Mistake(reading.place(name), name, sentence, level)
        for look in _LOOKS
        for name, sentence, level in look(reading.settings)
        if not any(name == other or other.startswith(f"{name}.") for other in named)
    ]
    return (*reading.mistakes, *found, *_open_secrets(reading))


def _database(settings: Settings) -> Iterator[_Complaint]:
    try:
        url = make_url(settings.database)
    except ArgumentError:
        yield "database", "is not a URL; write sqlite:///perezvon.sqlite or postgresql://user@host/name.", "error"
        return
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        yield "database", "must be SQLite or PostgreSQL; write sqlite:///… or postgresql://….", "error"
    elif url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            yield "database", "must be a file, since everything there is to lose lies in it.", "error"
        elif problem := _unwritable(Path(url.database).parent):
            yield "database", problem, "error"


def _folders(settings: Settings) -> Iterator[_Complaint]:
    if problem := _unwritable(settings.data):
        yield "data", problem, "error"
    if settings.dialogs is not None and not settings.dialogs.is_dir():
        yield "dialogs", f"there is no folder {settings.dialogs}.", "error"
    if settings.numbering_plan is not None and not os.access(settings.numbering_plan, os.R_OK):
        yield "numbering_plan", f"there is no readable file {settings.numbering_plan}.", "error"
    if settings.models.folder.exists() and not settings.models.folder.is_dir():
        yield "models.folder", f"{settings.models.folder} is not a folder.", "error"


def _unwritable(folder: Path) -> str | None:
    """Say why files cannot be written to a folder that may still have to be made."""
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        return f"{existing} is not a folder."
    if not os.access(existing, os.W_OK):
        return f"this user may not write to {existing}; change its owner, or name another folder."
    return None


def _places(settings: Settings) -> Iterator[_Complaint]:
    if settings.region not in phonenumbers.SUPPORTED_REGIONS:
        yield "region", f"there is no region {settings.region!r}; write two letters, such as RU, PL or US.", "error"
    if settings.zone not in available_timezones():
        remedy = nearest(settings.zone, (zone for zone in available_timezones() if "/" in zone))
        remedy = remedy if len(remedy) < 80 else "Write it as Europe/Moscow."
        yield "zone", f"there is no time zone {settings.zone!r}. {remedy}", "error"
    else:
        ZoneInfo(settings.zone)


def _calls(settings: Settings) -> Iterator[_Complaint]:
    calls = settings.calls
    room = sum(trunk.at_once for trunk in settings.trunks.values())
    if settings.trunks and calls.at_once > room:
        yield "calls.at_once", f"is {calls.at_once}, but the trunks take {room} calls at once together.", "warning"
    if calls.longest <= calls.ring_timeout:
        yield "calls.longest", "must be longer than calls.ring_timeout.", "error"
    if calls.lease < 5:
        yield "calls.lease", "under 5 s a busy machine would lose its own calls; write 30.", "warning"
    if calls.processes > (os.cpu_count() or 1):
        yield "calls.processes", f"is {calls.processes}, but this machine has {os.cpu_count()} cores.", "warning"
    if "." in calls.listen or ":" in calls.listen:
        try:
            ipaddress.ip_address(calls.listen)
        except ValueError:
            yield "calls.listen", f"{calls.listen!r} is no IP address; write 0.0.0.0 for all of them.", "error"


def _trunks(settings: Settings) -> Iterator[_Complaint]:
    if not settings.trunks:
        yield "trunks", "no trunk is set, so nothing can be dialled. Add a section [trunks.main] with a host.", "error"
    for name, trunk in settings.trunks.items():
        for setting, sentence, level in _trunk(trunk):
            yield f"trunks.{name}.{setting}", sentence, level


def _trunk(trunk: TrunkSettings) -> Iterator[_Complaint]:
    host = trunk.host
    if not host or "@" in host or "/" in host or host.startswith(("sip:", "sips:")) or (host.count(":") == 1):
        yield "host", f"{host!r} must be a bare name or address; user and port have settings of their own.", "error"
    if trunk.register_every and not trunk.password.get_secret_value():
        yield "password", "is empty, though register_every asks to register.", "error"
    if 0 < trunk.register_every < 60:
        yield "register_every", "under 60 s most providers take us for an attack; write 300.", "warning"
    if trunk.auth_user and not trunk.password.get_secret_value():
        yield "password", "is empty, though auth_user is set.", "error"
    for codec in trunk.codecs:
        if codec not in _CODECS:
            yield "codecs", f"there is no codec {codec!r}. {nearest(codec, _CODECS)}", "error"
    if not trunk.codecs:
        yield "codecs", "is empty; write at least pcma.", "error"
    if trunk.transport == "udp" and trunk.port == 5061:
        yield "port", '5061 is the port of TLS; set transport = "tls", or port = 5060.', "warning"
    if trunk.caller_id:
        try:
            number = phonenumbers.parse(trunk.caller_id, None)
        except phonenumbers.NumberParseException:
            yield "caller_id", "must be written with its country code: +74951234567.", "warning"
        else:
            if not phonenumbers.is_valid_number(number):
                yield "caller_id", "is no number that anybody could call back.", "warning"


def _webhook(settings: Settings) -> Iterator[_Complaint]:
    if settings.webhook is None:
        yield "webhook", "is not set: outcomes are kept, and told to nobody.", "warning"
        return
    yield from _webhook_url(settings.webhook.url)
    yield from _webhook_secret(settings.webhook)


def _webhook_url(url: str) -> Iterator[_Complaint]:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        yield "webhook.url", f"{url!r} is not a URL; write https://crm.example/perezvon.", "error"
        return
    if parts.scheme not in ("http", "https") or not host:
        yield "webhook.url", f"{url!r} must begin with https:// and name a host.", "error"
    elif parts.username or parts.password:
        yield "webhook.url", "holds a password; take it out, the signature proves who we are.", "warning"
    elif parts.scheme == "http" and not _is_local(host):
        yield "webhook.url", "sends names and numbers unencrypted; write https://.", "warning"


def _is_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or "." not in host
    return address.is_loopback or address.is_private


def _webhook_secret(webhook: WebhookSettings) -> Iterator[_Complaint]:
    fresh = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    secret = webhook.secret.get_secret_value()
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        yield "webhook.secret", f"must be whsec_ and base64. A fresh one: {fresh}", "error"
        return
    if not secret.startswith("whsec_"):
        yield "webhook.secret", f"must begin with whsec_. A fresh one: {fresh}", "error"
    elif not 24 <= len(key) <= 64:
        yield "webhook.secret", f"is {len(key)} bytes; 24 to 64 are allowed. A fresh one: {fresh}", "error"
    elif len(set(key)) < 12 or key.isascii():
        yield "webhook.secret", f"is weak: its bytes are not random. A fresh one: {fresh}", "warning"


def _open_secrets(reading: Reading) -> Iterator[Mistake]:
    """Complain of a file with secrets in it that others on the machine can read."""
    holds_secret = any(name.rsplit(".", 1)[-1] in ("password", "secret") for name in reading.lines)
    if holds_secret and reading.file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        sentence = f"holds secrets and others may read it; run: chmod 600 {reading.file}"
        yield Mistake(str(reading.file), "", sentence, "warning")


def _models(settings: Settings) -> Iterator[_Complaint]:
    for does, kind, chosen in (("asr", Kind.ASR, settings.models.asr), ("tts", Kind.TTS, settings.models.tts)):
        for language, engine in chosen.items():
            known = [one.engine for one in survey((language,), settings.models.folder) if one.kind is kind]
            if does == "asr":
                known.append(KEYS_ONLY)
            if engine not in known:
                sentence = f"no engine {engine!r} for {language}. {nearest(engine, known)} See: perezvon models list"
                yield f"models.{does}.{language}", sentence, "error"


_LOOKS: tuple[Callable[[Settings], Iterator[_Complaint]], ...] = (
    _database, _folders, _places, _trunks, _calls, _webhook, _models,
)  # fmt: skip
