"""The models that can be fetched from their vendors: what they are, where they are, and what may be done with them.

Their vendors publish no SHA-256 for them. Where ``sha256`` is `None`, `models.pull` trusts what it fetches first: it
writes the digest into ``checksums.json`` beside the models, and refuses anything else under that name from then on.
An organisation that wants more serves the files from a mirror of its own.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["CATALOGUE", "CatalogueEntry", "Kind", "entries"]


class Kind(StrEnum):
    """What an engine does."""

    ASR = "asr"
    TTS = "tts"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One model.

    Attributes:
        language: ISO 639-1.
        kind: What it does.
        engine: Which engine reads it.
        name: Its file or folder in the models' folder.
        url: Where its vendor serves it.
        megabytes: To fetch, roughly; `None` where the vendor does not say.
        licence: What may be done with it, in words.
        sha256: Hex digest of what is fetched, where it is known.
        usual: Whether `perezvon models pull LANGUAGE` fetches it without being asked for it by name.
    """

    language: str
    kind: Kind
    engine: str
    name: str
    url: str
    megabytes: int | None
    licence: str
    sha256: str | None = None
    usual: bool = True

    @property
    def file(self) -> str:
        """The name of what is fetched."""
        return self.url.rsplit("/", 1)[-1]

    @property
    def host(self) -> str:
        """The vendor's host."""
        return urlsplit(self.url).netloc

    @property
    def archive(self) -> bool:
        """Whether it is an archive that becomes a folder."""
        return self.file.endswith(".zip")

    def installed(self, folder: Path) -> bool:
        """Say whether it is in the models' folder."""
        path = folder / self.name
        return path.is_dir() if self.archive else path.is_file()


_VOSK = "https://alphacephei.com/vosk/models"
_SILERO = "https://models.silero.ai/models/tts"
_APACHE = "Apache-2.0"

CATALOGUE = (
    CatalogueEntry("ru", Kind.ASR, "vosk", "vosk-model-small-ru-0.22", f"{_VOSK}/vosk-model-small-ru-0.22.zip", 45,
                   _APACHE),
    CatalogueEntry("ru", Kind.ASR, "vosk", "vosk-model-ru-0.42", f"{_VOSK}/vosk-model-ru-0.42.zip", 1800, _APACHE,
                   usual=False),
    CatalogueEntry("ru", Kind.TTS, "silero", "v5_cis_base.pt", f"{_SILERO}/ru/v5_cis_base.pt", None, "MIT"),
    CatalogueEntry("ru", Kind.TTS, "silero", "v5_ru.pt", f"{_SILERO}/ru/v5_ru.pt", None,
                   "CC BY-NC 4.0: not for commercial use", usual=False),
    CatalogueEntry("en", Kind.ASR, "vosk", "vosk-model-small-en-us-0.15", f"{_VOSK}/vosk-model-small-en-us-0.15.zip",
                   40, _APACHE),
    CatalogueEntry("pl", Kind.ASR, "vosk", "vosk-model-small-pl-0.22", f"{_VOSK}/vosk-model-small-pl-0.22.zip", 50,
                   _APACHE),
)  # fmt: skip
"""All of them."""


def entries(language: str, names: tuple[str, ...] = ()) -> tuple[CatalogueEntry, ...]:
    """Return a language's usual models, or those of its models that are named."""
    mine = tuple(entry for entry in CATALOGUE if entry.language == language)
    return tuple(e for e in mine if e.name in names or e.file in names) if names else tuple(e for e in mine if e.usual)
