"""Scripts by name or path, with the training data that they understand by: checked, and opened to talk with."""

from collections.abc import Callable, Sequence
from pathlib import Path

from models.nlu import load_nlu, read_nlu
from models.protocols import Nlu
from robot.script import Finding, Script, ScriptError, check_script, load_script
from robot.script.findings import Place, nearest
from robot.settings import Settings

__all__ = ["check", "find_script", "open_understanding", "training_files"]


def find_script(name: str, settings: Settings) -> Path:
    """Find a script by its path, or by its name in the dialogs folder: ``return.en`` is ``dialogs/return.en.yaml``.

    Raises:
        ScriptError: There is none.
    """
    folder = settings.dialogs_folder
    for candidate in (Path(name), folder / name, folder / f"{name}.yaml", folder / f"{name}.yml"):
        if candidate.is_file():
            return candidate
    known = sorted(path.stem for pattern in ("*.yaml", "*.yml") for path in folder.glob(pattern))
    remedy = nearest(name, known) if known else f"There are none in {folder}."
    raise ScriptError([Finding(name, Place(), "no-script", "There is no such file or script.", remedy)])


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


def check(path: Path, settings: Settings) -> Sequence[Finding]:
    """Return everything found in a script: the file's own mistakes, and what its training data does not teach.

    Raises:
        NluDataError: A training file cannot be read.
    """
    try:
        script = load_script(path)
        intents = read_nlu(training_files(script, settings)).examples.keys()
    except ScriptError as wrong:
        return wrong.findings
    return check_script(script, intents)


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
