"""Errors that people can do something about: each becomes its own sentence and an exit code, never a traceback."""

from rich.console import Console

from models.nlu import NluDataError
from models.protocols import ModelError
from robot.campaign.errors import CampaignError
from robot.crm.webhook import BadWebhookSettings
from robot.office.configuration import ConfigurationError
from robot.office.running import CallProcessesFailed
from robot.rehearsal.personas import PersonaError
from robot.rehearsal.process import TownError
from robot.script.findings import ScriptError
from robot.store.store import DatabaseUnusable
from telephony.line import TelephonyError
from telephony.numbering_plan import NumberingPlanError

__all__ = ["FAILURE", "KNOWN", "USAGE", "Mistaken", "exit_code", "tell"]

USAGE = 2
"""What was asked for, or written in a file, is wrong."""
FAILURE = 1
"""It was right, and did not work."""


class Mistaken(Exception):
    """Raised by a command when what it was given cannot be used; its text says what to do."""


_USAGE: tuple[type[Exception], ...] = (
    Mistaken, ConfigurationError, BadWebhookSettings, ScriptError, NluDataError, CampaignError, NumberingPlanError,
    PersonaError,
)  # fmt: skip
_FAILURES: tuple[type[Exception], ...] = (
    DatabaseUnusable, TelephonyError, ModelError, CallProcessesFailed, TownError, OSError,
)  # fmt: skip
KNOWN: tuple[type[Exception], ...] = (*_USAGE, *_FAILURES)
"""The roots of every error that is told as a sentence."""


def exit_code(error: Exception) -> int:
    """Return 2 for an error of usage, 1 for a failure."""
    return USAGE if isinstance(error, _USAGE) else FAILURE


def tell(error: Exception, console: Console) -> None:
    """Print what went wrong and what to do."""
    text = str(error).strip() or type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.filename or 'the system'}: {error.strerror}"
    console.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
