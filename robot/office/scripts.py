"""Scripts by name or path, with the training data that they understand by: checked, and opened to talk with."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.nlu import load_nlu, read_nlu
from models.protocols import Nlu
from robot.script import Finding, Script, ScriptError, check_script, lay_out, load_script
from robot.script.ends import EndTold, ends_of
from robot.script.findings import Place, nearest
from robot.script.paths import Proof, prove
from robot.settings import Settings

__all__ = ["Checked", "check", "find_script", "open_understanding", "script_names", "training_files"]


def find_script(name: str, settings: Settings) -> Path:
    """Find a script by its path, or by its name in the dialogs folder: ``return.en`` is ``dialogs/return.en.yaml``.

    Raises:
        ScriptError: There is none.
    """
    folder = settings.dialogs_folder
    for candidate in (Path(name), folder / name, folder / f"{name}.yaml", folder / f"{name}.yml"):
        if candidate.is_file():
            return candidate
    known = script_names(settings)
    remedy = nearest(name, known) if known else f"There are none in {folder}."
    raise ScriptError([Finding(name, Place(), "no-script", "There is no such file or script.", remedy)])


def script_names(settings: Settings) -> list[str]:
    """Return the names of all scripts in the dialogs folder: their tests and what they include are none."""
    folder = settings.dialogs_folder
    files = [path for pattern in ("*.yaml", "*.yml") for path in folder.glob(pattern)]
    return sorted(path.stem for path in files if not path.stem.endswith(".test") and _is_script(path))


def _is_script(path: Path) -> bool:
    try:
        return re.search(r"^script\s*:", path.read_text("utf-8-sig"), re.MULTILINE) is not None
    except (OSError, UnicodeDecodeError):
        return True  # whoever asks for it is told what is wrong


def training_files(script: Script, settings: Settings) -> Sequence[Path]:
    """Return the files that a script's ``understands`` names.

    Raises:
        ScriptError: One of them is not in the dialogs folder.
    """
    folder = settings.dialogs_folder / "nlu"
    files = [folder / f"{name}.yml" for name in script.understands]
    known = sorted(path.stem for path in folder.glob("*.yml"))
    place = script.place(("understands",))
    missing = [
        Finding(script.file, place, "no-training-data", f"There is no {file}.", nearest(file.stem, known))
        for file in files
        if not file.is_file()
    ]
    if missing:
        raise ScriptError(missing)
    return files


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checker says of a script.

    Attributes:
        findings: What is wrong, or may surprise.
        ends: What each end tells the CRM, by the answer that led there; empty where the script cannot be used.
        proof: What no call goes beyond; `None` where the script cannot be used.
    """

    findings: Sequence[Finding]
    ends: Sequence[EndTold] = ()
    proof: Proof | None = None

    @property
    def errors(self) -> int:
        """Return how many findings keep the script off the air."""
        return sum(finding.level == "error" for finding in self.findings)


def check(path: Path, settings: Settings) -> Checked:
    """Check a script: the file's own mistakes, what its training data does not teach, how its calls end.

    Raises:
        NluDataError: A training file cannot be read.
    """
    try:
        script = load_script(path)
        intents = read_nlu(training_files(script, settings)).examples.keys() if script.understands else ()
    except ScriptError as wrong:
        return Checked(wrong.findings)
    graph = lay_out(script)
    return Checked(check_script(script, intents), ends_of(script, graph), prove(script, graph))


def open_understanding(script: Script, settings: Settings, *, loading: Callable[[], None] = lambda: None) -> Nlu:
    """Load what a script understands by, training it if its data is new (seconds).

    Args:
        script: The script.
        settings: Where training data and the cache are.
        loading: Called before what may take seconds.

    Raises:
        ScriptError: Training data is missing.
        NluDataError: It cannot be used.
    """
    files = training_files(script, settings)
    loading()
    return load_nlu(files, script.language, settings.cache / "nlu")
