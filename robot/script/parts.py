"""What the keys of a script are made of: names, sentences, and sayings of several parts."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

__all__ = [
    "Intent", "Name", "OneOrMany", "Part", "Recording", "Saying", "Sentence", "Spoken", "empty_block", "kind_of",
    "parts_of", "problem",
]  # fmt: skip

_RESERVED = ("return", "repeat")
_NAME = re.compile(r"[^\W\d][\w-]*\Z")


class Part(BaseModel):
    """A block of keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _know_every_key(cls, value: object) -> object:
        """Name all unknown keys at once, with what is allowed; plain ``extra`` errors would not know the model."""
        if isinstance(value, Mapping):
            keys = {field.alias or name for name, field in cls.model_fields.items()}
            unknown = [str(key) for key in value if key not in keys and key not in cls.model_fields]
            if unknown:
                raise PydanticCustomError("unknown_key", "unknown keys", {"unknown": unknown, "allowed": sorted(keys)})
        return value


def problem(kind: str, sentence: str, remedy: str) -> PydanticCustomError:
    """Return an error that carries its remedy with it."""
    return PydanticCustomError("told", "{sentence}", {"kind": kind, "sentence": sentence, "remedy": remedy})


def kind_of(value: object) -> str:
    """Tell a text, a list and a block of keys apart."""
    return "text" if isinstance(value, str) else "many" if isinstance(value, list | tuple) else "block"


def empty_block(value: object) -> object:
    """Read a key with nothing after it as a block without keys."""
    return {} if value is None else value


def _name(value: object) -> object:
    if isinstance(value, str) and (not _NAME.match(value) or value in _RESERVED):
        raise PydanticCustomError("bad_name", "not a name", {"name": value})
    return value


def _many(value: object) -> object:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, BeforeValidator(_name)]
Intent = Annotated[str, Field(pattern=r"^[^\W\d][\w/-]*$")]
Sentence = Annotated[str, Field(min_length=1, max_length=2000)]
OneOrMany = Annotated[
    tuple[Sentence, ...],
    BeforeValidator(_many, json_schema_input_type=str | list[str]),
]
"""One text, or a list of several."""


class Recording(Part):
    """A recorded prompt."""

    if_: str | None = Field(None, alias="if", min_length=1, max_length=500)
    """It is played only where this is true."""
    play: str = Field(pattern=r"^(?:[\w-][\w .-]*/)*[\w-][\w .-]*\.(?:wav|WAV)$")
    """A WAV file (PCM, 16 bits, of any rate), by its path beside the script: `prompts/welcome.wav`."""
    words: Sentence | None = None
    """What is said in it, for transcripts, the checker and the chat."""


class Spoken(Part):
    """A sentence with a condition."""

    if_: str = Field(alias="if", min_length=1, max_length=500)
    """It is said only where this is true."""
    say: Sentence
    """The sentence."""
    otherwise: Sentence | None = None
    """What is said where it is not."""


def _which(value: Any) -> str:
    if isinstance(value, str):
        return "text"
    played = "play" in value if isinstance(value, Mapping) else isinstance(value, Recording)
    return "recording" if played else "spoken"


_One = Annotated[
    Annotated[Sentence, Tag("text")] | Annotated[Recording, Tag("recording")] | Annotated[Spoken, Tag("spoken")],
    Discriminator(_which),
]
_Several = Annotated[tuple[_One, ...], Field(min_length=1, max_length=20)]
Saying = Annotated[
    Annotated[Sentence, Tag("text")] | Annotated[_Several, Tag("many")] | Annotated[Recording, Tag("block")],
    Discriminator(kind_of),
]
"""A sentence, a recording, or a list of these."""


def parts_of(
    saying: "str | tuple[str | Recording | Spoken, ...] | Recording | None",
) -> "tuple[str | Recording | Spoken, ...]":
    """Return the parts of a saying, in order."""
    if saying is None:
        return ()
    return saying if isinstance(saying, tuple) else (saying,)
