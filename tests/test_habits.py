"""Habits of this repository that no linter knows."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from robot.office.configuration import read

ROOT = Path(__file__).parent.parent
PACKAGES = ("robot", "models", "telephony")
LONGEST_MODULE = 450

TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    if (ROOT / name).is_file()
]
MODULES = [path for path in TRACKED if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in PACKAGES]


SOURCES = packages_distributions()
"""Module → the packages that it may come from."""


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _locked(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").split()
    return dict(_plain(line).split("==") for line in lines)


def _project() -> dict[str, list[str]]:
    """Return what the project asks for: its own requirements under "", those of its extras under their names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_says_what_it_is_and_stays_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_MODULE, "a module has one reason to exist: split it by reasons"
    tree = ast.parse(text)
    if tree.body:
        assert ast.get_docstring(tree), "its first lines say what it is for"


@pytest.mark.parametrize("path", [path for path in MODULES if not path.name.startswith("_")], ids=_name)
def test_a_module_names_what_is_public(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if "migrations" not in path.parts:
        assert "__all__" in text


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_named_after_what_it_holds(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}


def test_nothing_names_a_package_registry() -> None:
    """Which index packages come from is the reader's choice; a name here would go round a mirror."""
    registry = re.compile(
        r"(pypi|pythonhosted|deb\.debian|npmjs|download\.pytorch|conda\.anaconda|crates)\.(org|net|com|io)"
    )
    named = [
        _name(path)
        for path in TRACKED
        if path != Path(__file__) and registry.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert named == []


@pytest.mark.parametrize(
    ("extras", "locks"),
    [
        (("", "vosk", "vad", "en", "espeak", "sound"), ("requirements.lock",)),
        (("dev", "silero"), ("requirements.lock", "requirements-dev.lock")),
    ],
)
def test_the_locks_give_what_the_project_asks_for(extras: tuple[str, ...], locks: tuple[str, ...]) -> None:
    have = {name: release for lock in locks for name, release in _locked(lock).items()}
    for line in (line for extra in extras for line in _project()[extra]):
        wanted = Requirement(line)
        release = have.get(_plain(wanted.name))
        assert release is not None, f"{wanted.name} is in no lock; run: make lock"
        assert wanted.specifier.contains(Version(release), prereleases=True), f"{line}, but {release} is locked"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_what_is_imported_is_asked_for(path: Path) -> None:
    """A library that only comes along with another may leave with it."""
    asked = {_plain(Requirement(line).name) for extra, lines in _project().items() if extra != "dev" for line in lines}
    imported = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.split(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - set(PACKAGES) - {"pydantic_core"}  # pinned by pydantic itself
    assert {name for name in foreign if not {_plain(source) for source in SOURCES[name]} & asked} == set()


def test_the_demo_is_not_made_to_fetch_torch() -> None:
    assert "torch" not in _locked("requirements.lock")


def test_no_package_is_locked_twice() -> None:
    assert not set(_locked("requirements.lock")) & set(_locked("requirements-dev.lock"))


def test_the_example_settings_can_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "perezvon.example.toml").read_text(encoding="utf-8")
    everything = tmp_path / "everything.toml"
    everything.write_text(re.sub(r"^# (\[?\w+(?:\]|\s=))", r"\1", text, flags=re.MULTILINE), encoding="utf-8")
    for path in (ROOT / "perezvon.example.toml", everything):
        assert read(path).mistakes == ()
