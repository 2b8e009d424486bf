"""A script in the version that a campaign is started with: its text, whole, and its recordings."""

from robot.campaign.scripts import KeptScript
from robot.office.scripts import find_script
from robot.script import Script, load_script
from robot.settings import Settings

__all__ = ["open_version"]


def open_version(settings: Settings, name: str) -> tuple[Script, KeptScript]:
    """Read and check a script (a path, or a name in the dialogs folder); return it with what is kept of it.

    Raises:
        ScriptError: There is none of that name, or it cannot be used; holds all findings.
    """
    script = load_script(find_script(name, settings))
    recordings = {sound.sha256: sound.path for sound in script.sounds.values()}
    return script, KeptScript(script.hash, script.script, script.language, script.purpose, script.text, recordings)
