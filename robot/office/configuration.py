"""Settings as people write them: `load` reads ``perezvon.toml`` and the environment, and names what cannot be read.

What can be read may still not work, such as a folder that is not there: that is `configuration_check`'s to find.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from robot.script.findings import nearest
from robot.settings import Settings

__all__ = ["DEFAULT_FILE", "ConfigurationError", "Mistake", "Reading", "load", "read"]

DEFAULT_FILE = Path("perezvon.toml")
_PREFIX = "PEREZVON_"
_SECTION = re.compile(r"^\s*\[([^\[\]]+)\]")
_KEY = re.compile(r"""^\s*([\w.-]+|"[^"]*"|'[^']*')\s*=""")

_WANTED = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "a text, in quotes",
    "path_type": "a path, in quotes",
    "tuple_type": "a list in brackets",
    "dict_type": "a section of its own",
    "model_type": "a section of its own",
    "model_attributes_type": "a section of its own",
}

_Table = dict[str, Any]  # what tomllib gives: TOML has no narrower type
_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in the settings, or may be.

    Attributes:
        place: Where: ``perezvon.toml:12``, ``perezvon.toml``, or the name of an environment variable.
        name: Of the setting: ``calls.at_once``; empty where it is about the whole file.
        sentence: What is wrong, and what to do.
        level: With an error Perezvon cannot work; a warning is for the operator to weigh.
    """

    place: str
    name: str
    sentence: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """Give it as one line."""
        return ": ".join(part for part in (self.place, self.name, self.sentence) if part)


class ConfigurationError(Exception):
    """Raised when the settings cannot be read; holds every mistake."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        """Keep the mistakes."""
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read.

    Attributes:
        settings: The settings without what is wrong in them; `None` where nothing could be saved.
        mistakes: What is wrong.
        file: The file, as it was named.
        lines: Dotted name → line of the file, for those that stand there.
    """

    settings: Settings | None
    mistakes: tuple[Mistake, ...]
    file: Path
    lines: Mapping[str, int]

    def place(self, name: str) -> str:
        """Say where a setting stands: its line, the environment variable that overrides it, else the file."""
        return _place(tuple(name.split(".")), self.file, self.lines)


def load(path: Path | None = None) -> Settings:
    """Read settings from a file and the environment, which overrides it.

    Args:
        path: The file; where `None`, ``perezvon.toml`` if there is one, else the defaults.

    Raises:
        ConfigurationError: Something in it cannot be read; holds every mistake.
    """
    reading = read(path)
    if errors := [mistake for mistake in reading.mistakes if mistake.level == "error"]:
        raise ConfigurationError(errors)
    assert reading.settings is not None, "without mistakes there are settings"
    return reading.settings


def read(path: Path | None = None) -> Reading:
    """Read settings and collect every mistake in them. Raises nothing."""
    file = path or DEFAULT_FILE
    table: _Table = {}
    lines: dict[str, int] = {}
    if path is not None or file.exists():
        try:
            text = file.read_text(encoding="utf-8")
            table, lines = tomllib.loads(text), _lines(text)
        except OSError as refused:
            what = refused.strerror or str(refused)
            return Reading(None, (Mistake(str(file), "", f"cannot be read: {what}."),), file, lines)
        except UnicodeDecodeError:
            return Reading(None, (Mistake(str(file), "", "is not UTF-8; save it as UTF-8."),), file, lines)
        except tomllib.TOMLDecodeError as broken:
            return Reading(None, (Mistake(str(file), "", f"is not TOML: {broken}."),), file, lines)
    mistakes = list(_strange_variables())
    try:
        return Reading(_validated(table), tuple(mistakes), file, lines)
    except SettingsError as unread:
        mistakes.append(Mistake("environment", "", f"{unread}. Lists and sections are given there as JSON."))
        return Reading(None, tuple(mistakes), file, lines)
    except ValidationError as wrong:
        errors = wrong.errors()
    for error in errors:
        where = _names(error)
        mistakes.append(Mistake(_place(where, file, lines), ".".join(where), _sentence(error, where)))
        _cut(table, where[:-1] if error["type"] == "missing" else where)
    try:
        return Reading(_validated(table), tuple(mistakes), file, lines)
    except ValidationError:
        return Reading(None, tuple(mistakes), file, lines)


def _validated(table: _Table) -> Settings:
    class FromTable(Settings):
        model_config = SettingsConfigDict(toml_file=None)

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return env_settings, InitSettingsSource(settings_cls, init_kwargs=table)

    # An instance of the public class, so that nobody meets one that cannot be pickled.
    return Settings.model_construct(**dict(FromTable()))


def _lines(text: str) -> dict[str, int]:
    """Find the lines of settings: TOML's reader does not tell them."""
    section, found = "", dict[str, int]()
    for number, line in enumerate(text.splitlines(), 1):
        if match := _SECTION.match(line):
            section = _plain(match[1])
            found.setdefault(section, number)
        elif match := _KEY.match(line):
            found.setdefault(".".join(part for part in (section, _plain(match[1])) if part), number)
    return found


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.strip().split("."))


def _names(error: ErrorDetails) -> _Path:
    """Give the setting's path; places within a list are left out."""
    return tuple(part for part in error["loc"] if isinstance(part, str))


def _place(where: _Path, file: Path, lines: Mapping[str, int]) -> str:
    variables = {name.upper(): name for name in os.environ}
    for length in range(len(where), 0, -1):
        variable = _PREFIX + "__".join(where[:length]).upper()
        if variable in variables:
            return variables[variable]
        if line := lines.get(".".join(where[:length])):
            return f"{file}:{line}"
    return str(file)


def _sentence(error: ErrorDetails, where: _Path) -> str:
    given = "***" if where[-1:] in (("password",), ("secret",)) else repr(error["input"])
    match error["type"]:
        case "extra_forbidden":
            return f"there is no such setting. {nearest(where[-1], _fields(where[:-1]))}"
        case "missing":
            return f"is missing. Write `{where[-1]} = …` in [{'.'.join(where[:-1])}]."
        case kind if wanted := _WANTED.get(kind):
            return f"must be {wanted}; it is {given}."
        case _:
            wanted = error["msg"].replace("Input should", "must")
            wanted = wanted.replace("greater than or equal to ", "at least ").replace(
                "less than or equal to ", "at most "
            )
            return f"{wanted}; it is {given}."


def _fields(where: _Path) -> list[str]:
    """Name the settings that may stand in a section."""
    model: type[BaseModel] | None = Settings
    rest = list(where)
    while rest and model is not None:
        field = model.model_fields.get(rest.pop(0))
        model = None
        if field is not None:
            choices = get_args(field.annotation) if get_origin(field.annotation) else (field.annotation,)
            model = next((kind for kind in choices if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
            if model is not None and get_origin(field.annotation) is dict and rest:
                rest.pop(0)  # the name that the operator gave: trunks.main
    return list(model.model_fields) if model else []


def _cut(table: _Table, where: _Path) -> None:
    """Take a setting out of what was read, so that the rest can be looked at."""
    for name in where[:-1]:
        inner = table.get(name)
        if not isinstance(inner, dict):
            return
        table = inner
    if where:
        table.pop(where[-1], None)


def _strange_variables() -> Iterator[Mistake]:
    """Name variables that look like ours and are not: pydantic would pass over them in silence."""
    for variable in sorted(name for name in os.environ if name.upper().startswith(_PREFIX)):
        where = tuple(variable.upper().removeprefix(_PREFIX).lower().split("__"))
        for depth, name in enumerate(where):
            allowed = _fields(where[:depth])
            if not allowed:
                break
            if name not in allowed and not (depth == 1 and where[0] == "trunks"):
                yield Mistake(variable, "", f"there is no setting {'.'.join(where)}. {nearest(name, allowed)}")
                break
