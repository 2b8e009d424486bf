"""How much of a script was walked: by its tests, or by the calls of a campaign."""

from robot.campaign.errors import NotPossible
from robot.script import Script
from robot.script.coverage import Coverage
from robot.settings import Settings

__all__ = ["coverage_of"]


def coverage_of(script: Script, what: str, settings: Settings) -> Coverage:
    """Return how often each way of a script was taken.

    Args:
        script: The script.
        what: ``tests``, or the name of a campaign.
        settings: Where tests and calls are kept.

    Raises:
        NotPossible: It cannot be counted.
    """
    raise NotPossible(f"--coverage {what}: coverage of {script.script} cannot be counted yet; leave --coverage out.")
