"""A script in the version that a campaign is started with: its text, whole."""

from robot.campaign.scripts import KeptScript
from robot.office.scripts import find_script
from robot.script.findings import Finding, Place, ScriptError
from robot.script.loader import read_script
from robot.script.schema import Script
from robot.settings import Settings

__all__ = ["open_version"]


def open_version(settings: Settings, name: str) -> tuple[Script, KeptScript]:
    """Read and check a script (a path, or a name in the dialogs folder); return it with the text it was read from.

    Raises:
        ScriptError: There is none of that name, or it cannot be used; holds all findings.
    """
    path = find_script(name, settings)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(
            [Finding(str(path), Place(), "not-text", f"It cannot be read: {error}.", "Save it as UTF-8.")]
        ) from error
    script = read_script(text, str(path))
    return script, KeptScript(script.hash, script.script, script.language, script.purpose, text)
