"""This machine's sound, by a stand-in for the sound library whose devices are driven by hand."""

import sys
from collections.abc import Generator, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from telephony.line import Pcm, TelephonyError
from telephony.local import WavCaller
from telephony.sound import Devices, Loudspeaker, SoundUnavailable

LOUD = 9000


class MiniaudioError(Exception):
    pass


class Device:
    """A device of the stand-in."""

    def __init__(self, **how: Any) -> None:
        self.rate: int = how["sample_rate"]
        self.backend = "ALSA"
        self.open = True
        self.sound: Generator[Any, Any, None] | None = None

    def start(self, sound: Generator[Any, Any, None]) -> None:
        self.sound = sound

    def close(self) -> None:
        self.open = False

    def turn(self, what: object) -> Any:
        """Do what a device's own thread does: ask for so many samples, or hand some over."""
        assert self.sound is not None
        return self.sound.send(what)


class Library(ModuleType):
    """The stand-in."""

    SampleFormat = type("SampleFormat", (), {"SIGNED16": 2})
    MiniaudioError = MiniaudioError

    def __init__(self) -> None:
        super().__init__("miniaudio")
        self.made: list[Device] = []
        self.lacks = ""
        self.backend = "ALSA"

    def _make(self, kind: str, how: dict[str, Any]) -> Device:
        if kind == self.lacks:
            raise MiniaudioError("failed to init device", -401)
        device = Device(**how)
        device.backend = self.backend
        self.made.append(device)
        return device

    def PlaybackDevice(self, **how: Any) -> Device:  # the library's own name
        return self._make("playback", how)

    def CaptureDevice(self, **how: Any) -> Device:
        return self._make("capture", how)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    made = Library()
    monkeypatch.setitem(sys.modules, "miniaudio", made)
    return made


class Desk:
    """Somebody's desk: the devices, and a clock of 20 ms."""

    def __init__(self, library: Library, *, headset: bool) -> None:
        self.devices = Devices(headset=headset)
        self.loudspeaker, self.microphone = library.made
        self.at = 100.0

    def goes_on(self, ms: int, *, said: int = 0, loud: int = 0) -> tuple[Pcm, Pcm]:
        """Let time go by; return what the line heard and what the loudspeaker gave."""
        heard: list[Pcm] = []
        given: list[Pcm] = []
        for _ in range(ms // 20):
            self.microphone.turn(np.full(960, loud, np.int16).tobytes())
            said_now = np.full(160 if said else 0, said, np.int16)
            heard.append(self.devices.exchange(said_now, None, self.at))
            given.append(np.frombuffer(self.loudspeaker.turn(160), np.int16))
            self.at += 0.02
        return np.concatenate(heard), np.concatenate(given)


@pytest.fixture(params=[True, False], ids=["headset", "no headset"])
def headset(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def desk(library: Library, headset: bool) -> Iterator[Desk]:
    made = Desk(library, headset=headset)
    with made.devices:
        yield made
    assert [device.open for device in library.made] == [False, False]


def test_the_loudspeaker_plays_what_is_said_a_moment_later_and_whole(desk: Desk) -> None:
    _, given = desk.goes_on(200, said=500)
    assert given.tolist() == [0] * 800 + [500] * 800, "a cushion of 100 ms"
    _, given = desk.goes_on(140)
    assert given.tolist() == [500] * 800 + [0] * 320
    _, given = desk.goes_on(40, said=500)
    assert given.tolist() == [0] * 320, "a new sentence has a cushion of its own"


def test_what_is_cut_is_not_heard(desk: Desk) -> None:
    desk.goes_on(200, said=500)
    desk.devices.cut()
    _, given = desk.goes_on(100)
    assert not given.any()


def test_the_microphone_is_heard_at_the_rate_of_the_line(desk: Desk) -> None:
    desk.goes_on(20)
    heard, _ = desk.goes_on(1000, loud=LOUD)
    assert len(heard) == pytest.approx(8000, abs=40)
    assert abs(int(heard[4000]) - LOUD) < 10


@pytest.mark.parametrize(("hz", "heard"), [(300, True), (1000, True), (3000, True), (4600, False), (9000, False)])
def test_what_a_telephone_does_not_carry_is_not_folded_into_speech(library: Library, hz: int, heard: bool) -> None:
    desk = Desk(library, headset=True)
    desk.goes_on(20)
    tone = (LOUD * np.sin(2 * np.pi * hz * np.arange(48_000) / 48_000)).astype(np.int16)
    desk.microphone.turn(tone.tobytes())
    got, _ = desk.goes_on(20)
    assert abs(int(np.abs(got[400:7600]).max()) - (LOUD if heard else 0)) < LOUD / 50


def test_without_a_headset_the_robot_does_not_hear_itself(desk: Desk, headset: bool) -> None:
    desk.goes_on(20)
    heard, _ = desk.goes_on(400, said=500, loud=LOUD)
    assert heard.any() == headset
    heard, _ = desk.goes_on(300, loud=LOUD)
    assert heard.any() == headset, "its last word rings on in the room"
    desk.goes_on(100, loud=LOUD)
    heard, _ = desk.goes_on(100, loud=LOUD)
    assert heard.any()


def test_what_was_said_before_the_line_was_there_is_not_heard(desk: Desk) -> None:
    for _ in range(100):
        desk.microphone.turn(np.full(960, LOUD, np.int16).tobytes())
    desk.goes_on(20)
    heard, _ = desk.goes_on(200)
    assert not heard.any()


@pytest.mark.parametrize(("lacks", "names"), [("playback", "loudspeaker"), ("capture", "microphone")])
def test_a_machine_without_a_device_is_told_what_it_lacks_and_what_to_do(
    library: Library, lacks: str, names: str
) -> None:
    library.lacks = lacks
    with pytest.raises(SoundUnavailable, match=f"no {names}.*WAV files"):
        Devices()
    assert not any(device.open for device in library.made)


def test_a_machine_without_a_sound_system_is_told_so(library: Library) -> None:
    library.backend = "Null"
    with pytest.raises(SoundUnavailable, match=r"no sound system.*WAV files"):
        Loudspeaker()
    assert not library.made[0].open


def test_without_the_library_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    with pytest.raises(TelephonyError, match=r"pip install 'perezvon\[sound\]'.*WAV files"):
        Devices()


def test_devices_and_files_are_both_far_ends(library: Library) -> None:
    with Devices() as devices:
        for far_end in (devices, WavCaller([])):
            far_end.cut()
            assert far_end.exchange(np.zeros(0, np.int16), None, 1.0).dtype == np.int16
