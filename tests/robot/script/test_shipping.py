"""One text that needs no other file: a script packed with what it includes, and taken apart again."""

import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.script import Script, ScriptError, check_script, load_script, load_version, read_script, script_file
from robot.script.loader import kept_sound
from robot.script.shipping import Shipped, pack, unpack

MAIN = """\
script: main
language: en
include: [shared]
facts: {place: Apex}
start: greeting
steps:
  greeting:
    say:
      - play: {file}
      - This is the robot of <place>, and the call is recorded. May I?
    answers: {affirm: bye, deny: bye}
when_silent: [{end: {disposition: silent}}]
"""
SHARED = """\
facts: {place: nobody, price: 900 RUB}
steps:
  bye: {say: Goodbye from <place>!, end: {disposition: completed, interest: warm}}
everywhere: {do_not_call: bye, wrong_number: bye}
when_silent: [{say: Never heard.}]
"""

texts = st.text(
    st.characters(exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"]), max_size=50
)
plain = texts.filter(lambda text: "--- # perezvon:" not in text)
names = st.from_regex(r"[a-z][a-z.]{0,8}", fullmatch=True)
hashes = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)


@given(
    plain,
    st.dictionaries(names, plain, max_size=3),
    st.dictionaries(names.map(lambda n: f"{n}.wav"), hashes, max_size=3),
)
def test_what_is_packed_is_taken_apart_as_it_was(script: str, includes: dict[str, str], sounds: dict[str, str]) -> None:
    whole = pack(Shipped(script, includes, sounds))
    again = unpack(whole)
    assert again.script.rstrip("\n") == script.rstrip("\n")
    assert {name: text.rstrip("\n") for name, text in again.includes.items()} == {
        name: text.rstrip("\n") for name, text in includes.items()
    }
    assert again.sounds == sounds
    assert pack(again) == whole


def write_wav(path: Path, seconds: float = 1.0, *, width: int = 2, rate: int = 16000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(bytes(int(seconds * rate) * width))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.yaml").write_text(MAIN.replace("{file}", "sounds/jingle.wav"))
    (tmp_path / "shared.yaml").write_text(SHARED)
    write_wav(tmp_path / "sounds" / "jingle.wav", 1.5)
    return tmp_path


def ship(script: Script, data: Path) -> None:
    """Do what keeping a version in the data folder does."""
    for path, content in [
        (script_file(data, script.hash), script.text.encode()),
        *((kept_sound(data, sound.sha256), sound.path.read_bytes()) for sound in script.sounds.values()),
    ]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_included_steps_answers_and_facts_are_taken_in(folder: Path) -> None:
    script = load_script(folder / "main.yaml")
    assert set(script.steps) == {"greeting", "bye"}
    assert set(script.everywhere) == {"do_not_call", "wrong_number"}
    assert script.facts == {"place": "Apex", "price": "900 RUB"}, "the script's own count"
    assert len(script.when_silent) == 1
    assert script.when_silent[0].end is not None
    assert check_script(script) == []


def test_a_script_alone_is_its_own_text(folder: Path) -> None:
    text = (folder / "shared.yaml").read_text() + "script: alone\nlanguage: en\nstart: bye\n"
    script = read_script(text, "alone.yaml")
    assert script.text == text


def test_a_version_needs_nothing_but_itself(folder: Path, tmp_path: Path) -> None:
    script, data = load_script(folder / "main.yaml"), tmp_path / "data"
    ship(script, data)
    for path in ("main.yaml", "shared.yaml", "sounds/jingle.wav"):
        (folder / path).unlink()
    again = load_version(data, script.hash)
    assert again.hash == script.hash
    assert again.steps == script.steps
    assert again.sounds["sounds/jingle.wav"].seconds == 1.5


@pytest.mark.parametrize("changed", ["main.yaml", "shared.yaml", "sounds/jingle.wav"])
def test_whatever_changes_makes_another_version(folder: Path, changed: str) -> None:
    before = load_script(folder / "main.yaml").hash
    if changed.endswith(".wav"):
        write_wav(folder / changed, 2.0)
    else:
        with (folder / changed).open("a") as file:
            file.write("# another word\n")
    assert load_script(folder / "main.yaml").hash != before


def test_findings_in_an_included_file_name_it(folder: Path) -> None:
    (folder / "shared.yaml").write_text(SHARED.replace("<place>", "<plaice>"))
    with pytest.raises(ScriptError) as caught:
        load_script(folder / "main.yaml")
    (finding,) = caught.value.findings
    assert finding.file == str(folder / "shared.yaml")
    assert finding.place.line == 3
    assert "“place”" in finding.remedy


@pytest.mark.parametrize(
    ("main", "shared", "rule", "told"),
    [
        (MAIN.replace("[shared]", "[shard]"), SHARED, "missing-include", "“shared”"),
        (MAIN, SHARED + "limits: {turns: 3}\n", "bad-include", "limits"),
        (MAIN, SHARED.replace("  bye:", "  greeting: {end: {}}\n  bye:"), "duplicate-step", "another name"),
        (MAIN.replace("{file}", "sounds/jingel.wav"), SHARED, "missing-recording", "sounds/jingle.wav"),
        (MAIN.replace("{file}", "../secret.wav"), SHARED, "bad-value", "play"),
        (MAIN.replace("{file}", "/etc/passwd.wav"), SHARED, "bad-value", "play"),
        (MAIN.replace("[shared]", "[../shared]"), SHARED, "bad-value", ""),
        (MAIN.replace("{file}", "sounds/bytes.wav"), SHARED, "bad-recording", "16 bits"),
        (MAIN.replace("{file}", "sounds/eight.wav"), SHARED, "bad-recording", "16 bits"),
    ],
)
def test_what_cannot_be_taken_in_is_told(folder: Path, main: str, shared: str, rule: str, told: str) -> None:
    (folder / "main.yaml").write_text(main.replace("{file}", "sounds/jingle.wav"))
    (folder / "shared.yaml").write_text(shared)
    (folder / "sounds" / "bytes.wav").write_bytes(b"no sound at all")
    write_wav(folder / "sounds" / "eight.wav", width=1)
    with pytest.raises(ScriptError) as caught:
        load_script(folder / "main.yaml")
    finding = caught.value.findings[0]
    assert finding.rule == rule
    assert told in f"{finding.sentence} {finding.remedy}"


def test_a_text_alone_can_name_no_file() -> None:
    with pytest.raises(ScriptError, match="missing-include"):
        read_script(MAIN.replace("{file}", "a.wav"), "x.yaml")
